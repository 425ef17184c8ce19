"""Networks whose tails lose nothing, with any partition: where the lower bounds of THEORY 8 apply."""

from __future__ import annotations

from convac import Layer, Network, Setting, Status, Verdict, from_sites
from hypothesis import strategies as st
from strategies import any_networks, partitions


@st.composite
def overlapping(draw: st.DrawFn, most_sites: int = 12, most_M: int = 3) -> Network:
    """One or two layers below the last, with strides and windows of their own on each axis."""
    H, W = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    if most_sites < H * W:
        H, W = 3, 4
    pair = st.tuples(st.integers(1, 3), st.integers(1, 3))
    strides = st.tuples(st.integers(1, 2), st.integers(1, 2))
    layers, size = [], (H, W)
    for _ in range(draw(st.integers(1, 2))):
        layer = Layer(draw(pair), draw(strides), draw(st.integers(1, 4)))
        size = -(-size[0] // layer.stride[0]), -(-size[1] // layer.stride[1])
        layers.append(layer)
    layers.append(Layer(size, size, 1))
    return Network(draw(st.integers(2, most_M)), H, W, layers=layers)


@st.composite
def drawn_settings(draw: st.DrawFn, weights: str | None = None, **sizes: int) -> Setting:
    """Such a network with any partition, one side empty included."""
    network = draw(overlapping(**sizes))
    sites = [(r, c) for r in range(network.H) for c in range(network.W)]
    cut = from_sites(network.H, network.W, [s for s in sites if draw(st.booleans())])
    kind = draw(st.sampled_from(["shared", "unshared"])) if weights is None else weights
    return Setting(network, cut, kind)


@st.composite
def any_settings(draw: st.DrawFn, weights: str | None = None, **sizes: int) -> Setting:
    """A network of any geometry with any partition."""
    network = draw(any_networks(**sizes))
    kind = draw(st.sampled_from(["shared", "unshared"])) if weights is None else weights
    return Setting(network, draw(partitions(network)), kind)


def failed(verdict: Verdict) -> list[str]:
    """The names of the steps that failed; the verdict must say that it is not verified."""
    assert not verdict
    assert verdict.to_json()["verdict"] == "not verified"
    return [step.name for step in verdict.steps if step.status is Status.FAILED]
