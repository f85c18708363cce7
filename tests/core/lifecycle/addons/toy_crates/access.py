"""What packers may do."""

from core.auth.grants import grant
from toy_crates.models.crate import Crate
from toy_crates.roles import PACKER

grants = [grant(PACKER, Crate, "read create update delete")]
