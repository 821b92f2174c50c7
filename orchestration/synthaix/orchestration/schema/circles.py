"""Circles in what depends on what."""

from collections.abc import Iterable, Mapping


def circle_in(edges: Mapping[str, Iterable[str]]) -> list[str]:
    """The nodes of one circle, each followed by one that it depends on; empty when there is none.

    Args:
        edges: node -> the nodes that it depends on; ones that are no key are left out.
    """
    done: set[str] = set()
    for start in edges:
        path: list[str] = []
        ahead = [iter((start,))]
        while ahead:
            following = next(ahead[-1], None)
            if following is None:
                ahead.pop()
                if path:
                    done.add(path.pop())
            elif following in path:
                return path[path.index(following) :]
            elif following in edges and following not in done:
                path.append(following)
                ahead.append(iter(edges[following]))
    return []
