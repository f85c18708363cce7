"""The fixtures of the test kit, for the tests of the kernel and of all addons in this tree."""

pytest_plugins = ["core.testing.plugin"]
