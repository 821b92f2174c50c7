"""A fastmcp server of nine empty tools: the floor of every start-up figure."""

import gc

gc.disable()  # as our own server does while it imports

from fastmcp import FastMCP  # noqa: E402

gc.freeze()
gc.enable()
server: FastMCP = FastMCP("bare")


def add(number: int) -> None:
    """Register a tool that does nothing."""

    def nothing(text: str = "", count: int = 0, wanted: bool = False) -> str:
        """Do nothing, with three arguments."""
        return text

    server.tool(nothing, name=f"tool_{number}")


for each in range(9):
    add(each)

if __name__ == "__main__":
    server.run(show_banner=False)
