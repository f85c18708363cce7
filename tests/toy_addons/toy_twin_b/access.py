from core.api import USER, grant
from toy_twin_b.models import Bundle, Slip

grants = [grant(USER, Bundle, "read"), grant(USER, Slip, "read")]
