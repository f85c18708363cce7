from core.api import USER, grant
from toy_twin_a.models import Bundle, Slip

grants = [grant(USER, Bundle, "read"), grant(USER, Slip, "read")]
