"""Where jobs are found."""

from core.api import _, menu
from toy_desk.pages import hello
from toy_desk.views import JobList

entries = [
    menu("toy_desk", _("Desk"), icon="briefcase"),
    menu("toy_desk.jobs", _("Jobs"), parent="toy_desk", view=JobList, icon="checkbox"),
    menu("toy_desk.mine", _("My jobs"), parent="toy_desk", view=JobList, preset="mine", sequence=20),
    menu("toy_desk.hello", _("Hello"), parent="toy_desk", page=hello, sequence=30),
]
