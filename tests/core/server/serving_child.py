"""A nursery whose web children have a tiny application, and whose workers write down what they live through."""

import gc
import os
import sys
import time

from core.server import child, serving
from core.server.nursery import Nursery

fd, threads, generation = (int(argument) for argument in sys.argv[1:])
nursery = Nursery.attach()
owner_url = nursery.database()
number = generation or int(os.environ.get("KEYUAN_TEST_GENERATION", "1"))


def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/slow":
        time.sleep(1.5)
    elif path == "/crash":
        os._exit(3)
    elif path.startswith("/generation/"):
        child.ask_generation(int(path.rpartition("/")[2]))
    body = f"{number} {os.getpid()} {owner_url}".encode()
    if path == "/collector":
        body = f"{gc.isenabled()} {gc.get_freeze_count()}".encode()
    if path == "/stream":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return (time.sleep(0.1) or b"x" * 100_000 for _ in range(10))
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


def work():
    with open(os.environ["KEYUAN_TEST_DIARY"], "a") as diary:
        diary.write(f"ready {number}\n")
        diary.flush()
        child.ready()
        child.draining.wait()
        if "KEYUAN_TEST_STUBBORN" in os.environ:
            time.sleep(600)
        diary.write(f"drained {number}\n")


if number == int(os.environ.get("KEYUAN_TEST_BROKEN", "0")):
    sys.exit(4)
if number == int(os.environ.get("KEYUAN_TEST_HANGING", "0")):
    time.sleep(600)
nursery.announce(number)
nursery.tend({"web": lambda: serving.serve(app, fd, threads), "worker": work})
