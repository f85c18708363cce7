"""A web child with a tiny application, or a worker child that writes down what it lives through."""

import os
import sys
import time

from core.server import child

kind, generation = sys.argv[1], int(sys.argv[2])


def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/slow":
        time.sleep(1.5)
    elif path == "/crash":
        os._exit(3)
    elif path.startswith("/generation/"):
        child.ask_generation(int(path.rpartition("/")[2]))
    body = f"{generation} {os.getpid()} {os.environ['KEYUAN_TEST_OWNER_URL']}".encode()
    if path == "/stream":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return (time.sleep(0.1) or b"x" * 100_000 for _ in range(10))
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


child.attach()
if generation == int(os.environ.get("KEYUAN_TEST_BROKEN", "0")):
    sys.exit(4)
if generation == int(os.environ.get("KEYUAN_TEST_HANGING", "0")):
    time.sleep(600)
if kind == "web":
    child.serve_wsgi(app, int(sys.argv[3]), int(sys.argv[4]))
else:
    with open(os.environ["KEYUAN_TEST_DIARY"], "a") as diary:
        diary.write(f"ready {generation}\n")
        diary.flush()
        child.ready()
        child.draining.wait()
        if "KEYUAN_TEST_STUBBORN" in os.environ:
            time.sleep(600)
        diary.write(f"drained {generation}\n")
