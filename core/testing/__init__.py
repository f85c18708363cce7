"""The test kit that addons inherit: a real database per run, people to act as, and checks for every addon."""
