import pytest

from skrnn.datasets import (
    fetch_imdb,
    fetch_movie_reviews,
    fetch_sms_spam,
    fetch_surnames,
    fetch_trec,
)

IMDB = {
    "aclImdb/README": "read me",
    "aclImdb/imdb.vocab": "the",
    "aclImdb/test/neg/0_2.txt": "Tedious.<br /><br />Really.",
    "aclImdb/test/pos/0_10.txt": "Lovely.",
    "aclImdb/test/urls_pos.txt": "http://www.imdb.com",
    "aclImdb/train/unsup/0_0.txt": "Nobody says what this is.",
    "aclImdb/train/pos/10_9.txt": "Great caf\u00e9.",
    "aclImdb/train/pos/2_7.txt": "Good.",
    "aclImdb/train/neg/1_1.txt": "Bad.",
}
TRAIN = (["Bad.", "Good.", "Great caf\u00e9."], ["negative", "positive", "positive"])
TEST = (["Tedious.<br /><br />Really.", "Lovely."], ["negative", "positive"])


@pytest.mark.parametrize(
    ("subset", "X", "y"),
    [
        ("train", *TRAIN),
        ("test", *TEST),
        ("all", TRAIN[0] + TEST[0], TRAIN[1] + TEST[1]),
    ],
)
def test_imdb(internet, data_home, tarred, subset, X, y):
    internet.publish("imdb", tarred(IMDB))
    texts, labels = fetch_imdb(subset=subset)
    assert texts == X
    assert labels.tolist() == y
    assert labels.dtype.kind == "U"
    assert [path.name for path in data_home.iterdir()] == ["aclImdb_v1.tar.gz"]  # not unpacked


def test_trec(internet, data_home):
    train = b"DESC:manner How did serfdom develop ?\nENTY:cremat What films featured \xe9 ?\n"
    internet.publish("trec_train", train)
    internet.publish("trec_test", b"NUM:dist How far is it from Denver to Aspen ?\n")
    X, y = fetch_trec()
    assert X == ["How did serfdom develop ?", "What films featured \u00e9 ?"]
    assert y.tolist() == ["DESC", "ENTY"]
    X, y = fetch_trec(subset="all", fine=True)
    assert X[2] == "How far is it from Denver to Aspen ?"
    assert y.tolist() == ["DESC:manner", "ENTY:cremat", "NUM:dist"]
    assert fetch_trec(subset="test")[1].tolist() == ["NUM"]


def test_trec_names_a_bad_line(internet, data_home):
    internet.publish("trec_test", b"NUM:dist How far ?\n\nWhat\n")
    with pytest.raises(ValueError, match=r"TREC_10\.label, line 3: expected a label"):
        fetch_trec(subset="test")


def test_movie_reviews(internet, data_home, tarred):
    files = {
        "rt-polaritydata.README.1.0.txt": "read me",
        "rt-polaritydata/rt-polarity.neg": "simplistic , silly and tedious . \ndull \x96 .\n",
        "rt-polaritydata/rt-polarity.pos": "a clich\u00e9d , lovely film . \n",
    }
    internet.publish("movie_reviews", tarred(files, encoding="latin-1"))
    X, y = fetch_movie_reviews()
    assert X == [
        "simplistic , silly and tedious .",
        "dull \x96 .",
        "a clich\u00e9d , lovely film .",
    ]
    assert y.tolist() == ["negative", "negative", "positive"]


def test_sms_spam(internet, data_home, zipped):
    text = 'ham\tOk lar...\tJoking\nspam\tWin "\u00a31000" now\n'
    internet.publish("sms_spam", zipped({"SMSSpamCollection": text, "readme": "read me"}))
    X, y = fetch_sms_spam()
    assert X == ["Ok lar...\tJoking", 'Win "\u00a31000" now']
    assert y.tolist() == ["ham", "spam"]


def test_surnames(internet, data_home, zipped):
    files = {
        "data/": "",
        "data/eng-fra.txt": "Go.\tVa !",
        "data/names/": "",
        "data/names/Polish.txt": "Adamczak\nZdunowski \n",
        "data/names/Czech.txt": "Abl\n\u017d\u00e1k\n",
        "__MACOSX/data/names/Czech.txt": "not a name",
    }
    internet.publish("surnames", zipped(files))
    X, y = fetch_surnames()
    assert X == ["Abl", "\u017d\u00e1k", "Adamczak", "Zdunowski"]
    assert y.tolist() == ["Czech", "Czech", "Polish", "Polish"]


@pytest.mark.parametrize("bad", [{"subset": "valid"}, {"data_home": 3}, {"fine": "no"}])
def test_bad_parameters(internet, bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        fetch_trec(**bad)
    assert internet.asked == []
