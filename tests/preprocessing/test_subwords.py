import copy
import os
import pickle
import random
import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skrnn.preprocessing import SequenceTokenizer
from skrnn.preprocessing.subwords import SUBWORDS, train_subwords

pytest.importorskip("tokenizers", reason="the extra text is not installed")
RANDOM = random.Random(0)
WORDS = ["".join(RANDOM.choices("abcdeféßжहि", k=RANDOM.randint(1, 6))) for _ in range(60)]
TEXTS = [" ".join(RANDOM.choices(WORDS, k=20)) for _ in range(40)]
KINDS = list(SUBWORDS)
FITTED = {
    kind: SequenceTokenizer(analyzer=kind, vocabulary_size=300, lowercase=False).fit(TEXTS)
    for kind in KINDS
}


@settings(deadline=None)
@given(st.lists(st.text(), min_size=1, max_size=4))
def test_bpe_gives_any_text_back(texts):
    model = FITTED["bpe"]
    ids = model.transform(texts)
    assert model.inverse_transform(ids) == [text or "\ufffd" for text in texts]


@pytest.mark.parametrize("kind", KINDS)
def test_the_texts_of_fit_come_back(kind):
    model = FITTED[kind]
    assert model.inverse_transform(model.transform(TEXTS)) == TEXTS


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None)
@given(texts=st.lists(st.text(st.characters()), min_size=1, max_size=4))
def test_no_text_fails_and_rows_are_independent(kind, texts):
    ids = FITTED[kind].transform(texts)
    assert ids.values.min() >= 1
    assert len(FITTED[kind].inverse_transform(ids)) == len(texts)
    for i, text in enumerate(texts):
        assert FITTED[kind].transform([text]).equals(ids[[i]])


@pytest.mark.parametrize("kind", KINDS)
def test_ids(kind):
    model = FITTED[kind]
    ids = model.transform(TEXTS)
    assert list(model.vocabulary_.values()) == list(range(2, len(model.vocabulary_) + 2))
    counts = np.bincount(ids.values, minlength=len(model.vocabulary_) + 2)[2:]
    assert (np.diff(counts) <= 0).all()  # by falling frequency
    tokens = list(model.vocabulary_)
    ties = [i for i in range(len(tokens) - 1) if counts[i] == counts[i + 1]]
    assert all(tokens[i] < tokens[i + 1] for i in ties)
    assert 60 < len(tokens) <= 300
    assert ids.lengths.sum() < sum(map(len, TEXTS))  # it did join letters


@pytest.mark.parametrize("kind", KINDS)
def test_fit_transform(kind):
    model = SequenceTokenizer(analyzer=kind, vocabulary_size=300)
    assert model.fit_transform(TEXTS).equals(model.transform(TEXTS))
    assert len(SequenceTokenizer(analyzer=kind).fit(TEXTS).vocabulary_) <= 8000


@pytest.mark.parametrize("kind", KINDS)
def test_few_pieces_for_many_signs(kind):
    texts = ["".join(map(chr, range(0x4E00, 0x4E00 + 500))), "一丁 丁七 " * 20]
    size = 260 if kind == "bpe" else 20
    model = SequenceTokenizer(analyzer=kind, vocabulary_size=size).fit(texts)
    assert 1 <= len(model.vocabulary_) <= size
    assert (model.transform(["一"]).values > 1).all()


def test_an_unknown_sign():
    assert FITTED["wordpiece"].transform(["abю a"]).values.tolist()[0] == 1
    rows = FITTED["unigram"].transform(["a☃☃"]).values.tolist()
    assert rows.count(1) == 1
    assert (FITTED["bpe"].transform(["☃"]).values > 1).all()
    for kind, held in (("wordpiece", "abю"), ("unigram", "☃☃")):
        model = copy.deepcopy(FITTED[kind]).set_params(unknown="error")
        with pytest.raises(ValueError, match=f"Row 1 of X holds '{held}', which is not in the"):
            model.transform(["a", "ab☃☃" if kind == "unigram" else "abю"])
        assert model.set_params(unknown="drop").transform(["☃ a"]).values.min() > 1


def test_min_frequency():
    sizes = [
        len(SequenceTokenizer(analyzer="bpe", min_frequency=n).fit(TEXTS).vocabulary_)
        for n in (1, 20, 10_000)
    ]
    assert sizes[0] > sizes[1] > sizes[2] == 256


@pytest.mark.parametrize("kind", KINDS)
def test_pickle_and_deepcopy(kind):
    model, ids = FITTED[kind], FITTED[kind].transform(TEXTS)
    for twin in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        assert twin.vocabulary_ == model.vocabulary_
        assert twin.transform(TEXTS).equals(ids)
        assert twin.inverse_transform(ids) == TEXTS


SCRIPT = """
import os, sys
from tests_texts import TEXTS
from skrnn.preprocessing import SequenceTokenizer
before = dict(os.environ)
for kind in ("bpe", "wordpiece", "unigram"):
    model = SequenceTokenizer(analyzer=kind, vocabulary_size=300).fit(TEXTS)
    print(list(model.vocabulary_), model.transform(TEXTS).values.tolist())
assert dict(os.environ) == before
if child := os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
SequenceTokenizer(analyzer="bpe").fit_transform(TEXTS)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_processes_agree_and_none_is_warned_of(tmp_path):
    (tmp_path / "tests_texts.py").write_text(f"TEXTS = {TEXTS!r}")
    printed = []
    for parallel in (None, "true"):
        environment = {k: v for k, v in os.environ.items() if k != "TOKENIZERS_PARALLELISM"}
        if parallel:
            environment["TOKENIZERS_PARALLELISM"] = parallel
        path = os.pathsep.join([str(tmp_path), *sys.path])
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", SCRIPT],
            env={**environment, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        assert not done.stderr
        printed.append(done.stdout)
    assert len(printed[0]) > 1000
    assert printed[0] == printed[1]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"analyzer": "bpe", "vocabulary_size": 255}, "vocabulary_size=255 is too small for analy"),
        ({"analyzer": "unigram", "vocabulary_size": 1}, "vocabulary_size=1 is too small for anal"),
        ({"analyzer": "unigram", "min_frequency": 2}, "min_frequency=2 cannot be used with analy"),
    ],
)
def test_errors_teach(params, message):
    model = SequenceTokenizer(**params)
    before = vars(model).copy()
    with pytest.raises(ValueError, match=re.escape(message)):
        model.fit(TEXTS)
    assert vars(model) == before


@pytest.mark.parametrize("kind", KINDS)
def test_texts_without_a_token(kind):
    with pytest.raises(ValueError, match="No text of X has a token"):
        train_subwords(kind, ["", ""], 300, 1, True)


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_library(kind, monkeypatch):
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(ImportError, match=re.escape('pip install "skrnn[text]"')):
        SequenceTokenizer(analyzer=kind).fit(TEXTS)
