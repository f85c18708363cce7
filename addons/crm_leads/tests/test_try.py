def test_try(world):
    print(world.owner.roles, world.owner.addons)
