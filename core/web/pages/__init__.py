"""The pages of the kernel, one file each. A view says its own address, see `core.web.routes`."""
