"""What people look for first stands where a laptop shows it: of a wide list the last columns are out of sight."""

from core.testing.world import World
from core.views.resolve import list_for

IN_SIGHT = 5
"""At 1280 px beside the menu, where names are long."""


def test_states_are_in_sight(world: World) -> None:
    late, seen = [], 0
    with world.system("North") as env:
        for info in world.composition.models.values():
            if info.state_field is None:
                continue
            names = [column.name for column in list_for(env, info.key).columns]
            if info.state_field.name in names:
                seen += 1
                if names.index(info.state_field.name) >= IN_SIGHT:
                    late.append(info.key)
    assert late == [] and seen
