"""What this addon does, as people meet it."""

from acme_loyalty.models import LoyaltyCustomer, Reward

from addons.crm_base.models import Customer
from core.api import LazyString, Notice, User
from core.testing.world import World


def test_the_tier_is_saved_and_found(world: World) -> None:
    customer = world.owner.create(LoyaltyCustomer, name="Lin", phone="13800000001", loyalty_tier="Gold")
    assert world.owner.get(LoyaltyCustomer, customer.id).loyalty_tier == "Gold"
    assert world.owner.complete(Customer, "gold") == [(customer.id, "Lin")]


def test_who_comes_through_a_customer_begins_with_a_tier(world: World) -> None:
    lin = world.owner.create(Customer, name="Lin", phone="13800000001")
    friend = world.owner.create(LoyaltyCustomer, name="Friend", phone="13800000002", referrer=lin)
    assert friend.loyalty_tier == "Bronze"


def test_the_new_owner_is_told_of_the_tier(world: World) -> None:
    made = world.owner.create(LoyaltyCustomer, name="Lin", phone="13800000001", loyalty_tier="Gold")
    with world.acting("director") as env:
        env.get(Customer, made.id).transfer(to=env.get(User, world.staff.users["colleague"]))
    texts = [str(LazyString.from_json(notice.text)) for notice in world.colleague.search(Notice)]
    assert "“Lin” has the loyalty tier Gold." in texts


def test_salespeople_see_rewards_and_managers_keep_them(world: World) -> None:
    with world.system("North") as env:
        env.create(Reward, name="Tea", tier="Gold")
    assert [reward.name for reward in world.owner.search(Reward)] == ["Tea"]
    assert not world.owner.can("create", Reward)
