from tests.ground import ground, module_cast  # noqa: F401  fixtures
