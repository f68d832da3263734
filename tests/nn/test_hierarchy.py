"""A network over the vectors of sentences, against a loop over documents and sentences."""

import pytest
import torch

from skrnn.nn import POOLINGS, Dropout, Encoder, HierarchicalEncoder, PooledNetwork, set_generator
from skrnn.nn.hierarchy import cut_sentences, similar_lengths

SIZES = [[3, 1, 20], [2], [40, 1], [1, 1, 1, 17]]  # steps of each sentence
LENGTHS = torch.tensor([sum(sizes) for sizes in SIZES])


def documents(sizes=SIZES, padding=0.0, features=2):
    """Draw sentences, and the same as one padded batch with marks."""
    generator = torch.Generator().manual_seed(0)
    docs = [
        [torch.randn(t, features, generator=generator, dtype=torch.float64) for t in lengths]
        for lengths in sizes
    ]
    n_steps = [sum(lengths) for lengths in sizes]
    x = torch.full((len(docs), max(n_steps), features + 1), padding, dtype=torch.float64)
    for row, doc, length in zip(x, docs, n_steps, strict=True):
        row[:length, :features] = torch.cat(doc)
        row[:length, features] = torch.cat([torch.arange(len(s)) == 0 for s in doc])
    return docs, x


def encoder(pooling="attention", two_way=True, layers=1, dropout=0.0, embedding=None):
    torch.manual_seed(0)
    inner = Encoder("gru", 2, 3, layers, two_way, 0.0, embedding=embedding)
    pool = POOLINGS[pooling](inner.output_size, inner.n_directions)
    outer = Encoder("gru", inner.output_size, 4, layers, two_way, 0.0)
    return HierarchicalEncoder(inner, pool, outer, dropout).double()


def by_hand(one, docs):
    """Read each sentence, then each document, alone."""
    outputs = []
    for doc in docs:
        vectors = [one.pooling(one.inner(sentence[None])[0]) for sentence in doc]
        outputs.append(one.outer(torch.stack(vectors, 1))[0][0])
    return outputs


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("two_way", [False, True])
def test_equals_a_loop_over_sentences(pooling, two_way):
    one = encoder(pooling, two_way, layers=2)
    docs, x = documents()
    outputs, lengths = one(x, LENGTHS)
    assert lengths.tolist() == [3, 1, 2, 4]
    assert outputs.shape == (4, 4, one.output_size) and one.output_size == 4 * (1 + two_way)
    assert one.n_directions == 1 + two_way
    for output, expected in zip(outputs, by_hand(one, docs), strict=True):
        torch.testing.assert_close(output[: len(expected)], expected, rtol=0, atol=1e-13)
        assert not output[len(expected) :].any()


def test_padding_is_never_read():
    one = encoder()
    clean = one(documents()[1], LENGTHS)[0]
    for padding in (torch.nan, 1.0, -torch.inf):
        assert torch.equal(one(documents(padding=padding)[1], LENGTHS)[0], clean)
    x = torch.cat([documents()[1], torch.full((4, 9, 3), torch.nan)], 1)
    assert torch.equal(one(x, LENGTHS)[0], clean)


def test_no_lengths_mean_no_padding():
    one = encoder()
    docs, x = documents([[2, 3], [4, 1], [1, 4]])
    outputs, lengths = one(x)
    assert lengths.tolist() == [2, 2, 2]
    for output, expected in zip(outputs, by_hand(one, docs), strict=True):
        torch.testing.assert_close(output, expected, rtol=0, atol=1e-13)


def test_where_sentences_start_matters():
    one = encoder()
    _, x = documents([[4], [4]])
    x[1, :, :2] = x[0, :, :2]
    x[1, 2, 2] = 1
    network = PooledNetwork(one, "mean", (), 0.0, 1).double()
    first, second = network(x)
    assert not torch.allclose(first, second)


def test_ids():
    torch.manual_seed(1)
    embedding = torch.nn.Embedding(9, 2, padding_idx=0)
    one = encoder(embedding=embedding)
    ids = torch.tensor([[5, 1, 8, 7, 0], [3, 0, 0, 0, 0]])  # 0 is the unknown token too
    marks = torch.tensor([[1, 0, 1, 0, 0], [1, 0, 0, 0, 0]])
    x, lengths = torch.stack([ids, marks], 2), torch.tensor([5, 1])
    docs = [[ids[0, :2], ids[0, 2:]], [ids[1, :1]]]
    outputs, _ = one(x, lengths)
    for output, expected in zip(outputs, by_hand(one, docs), strict=True):
        torch.testing.assert_close(output[: len(expected)], expected, rtol=0, atol=1e-13)
    outputs.sum().backward()
    assert embedding.weight.grad[[5, 1, 8, 7, 3]].any(1).all()
    assert not embedding.weight.grad[[0, 2, 4, 6]].any()


def test_gradients_equal_those_of_the_loop():
    one = encoder()
    docs, x = documents()
    one(x, LENGTHS)[0].square().sum().backward()
    grads = [p.grad.clone() for p in one.parameters()]
    one.zero_grad()
    torch.cat(by_hand(one, docs)).square().sum().backward()
    for (name, p), grad in zip(one.named_parameters(), grads, strict=True):
        assert grad.any(), name
        torch.testing.assert_close(grad, p.grad, rtol=1e-10, atol=1e-12)


def test_dropout_stands_between_the_two():
    one = encoder(dropout=0.5)
    assert [type(part) for part in one.children()][-1] is Dropout
    x = documents()[1]
    set_generator(one, torch.Generator().manual_seed(0))
    assert not torch.equal(one(x, LENGTHS)[0], one(x, LENGTHS)[0])
    one.eval()
    assert torch.equal(one(x, LENGTHS)[0], encoder()(x, LENGTHS)[0])


def test_cutting():
    docs, x = documents(padding=torch.nan)
    steps, starts, n_steps, n_sentences = cut_sentences(x, LENGTHS)
    sentences = [sentence for doc in docs for sentence in doc]
    assert n_steps.tolist() == [len(s) for s in sentences]
    assert n_sentences.tolist() == [len(doc) for doc in docs]
    for start, sentence in zip(starts, sentences, strict=True):
        assert torch.equal(steps[start : start + len(sentence)], sentence)


def test_groups_hold_every_sentence_once_and_pad_little():
    n_steps = torch.randint(1, 500, (300,), generator=torch.Generator().manual_seed(0))
    groups = similar_lengths(n_steps)
    assert sorted(torch.cat(groups).tolist()) == list(range(300))
    for rows in groups:
        longest = int(n_steps[rows].max())
        assert longest < 16 or longest < 2 * int(n_steps[rows].min())
    assert len(similar_lengths(torch.tensor([15, 16]))) == 2
    assert len(similar_lengths(torch.tensor([1, 15]))) == 1
