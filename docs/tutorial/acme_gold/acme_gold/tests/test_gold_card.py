from acme_gold.models import GoldCustomer
from core.testing.world import World


def test_a_gold_card_is_saved_and_found(world: World) -> None:
    customer = world.owner.create(GoldCustomer, name="Lin", phone="13800000001", gold_card="G-1001")
    assert world.owner.complete(GoldCustomer, "g-1001") == [(customer.id, "Lin")]
