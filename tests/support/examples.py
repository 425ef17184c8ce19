"""Named networks, degenerate ones included, that run through every engine."""

from convac import Network

EXAMPLES = {
    "headline": Network(2, 4, layers="3/1:2,4/4:1"),
    "two overlapping layers": Network(2, 4, layers="2/1:4,2/1:2,4/4:1"),
    "overlap, then pooling": Network(2, 4, layers="2/1:4,2/2:2,2/2:1"),
    "non-overlapping tree": Network(2, 4, layers="2/2:3,2/2:2,1/1:1"),
    "rectangle": Network(2, 2, 4, layers="2x3/1:2,2x4/2x4:1"),
    "sequence": Network(3, 1, 6, layers="1x4/1:3,1x6/1x6:1"),
    "stride does not divide": Network(2, 3, layers="2/1:2,2/2:2,2/2:1"),
    "stride larger than window": Network(2, 4, layers="1/2:2,2/2:1"),
    "window larger than input": Network(2, 2, layers="5/1:2,7/2:1"),
    "one layer": Network(2, 2, layers="2/2:1"),
    "one site": Network(3, 1, layers="1/1:2,1/1:1"),
    "one template": Network(1, 3, layers="2/1:2,3/3:1"),
    "one channel": Network(2, 2, layers="2/1:1,2/2:1"),
    "several output channels": Network(2, 2, layers="2/1:2,2/2:3"),
}
