"""How errors name a place in X: a row, or a sentence of a document."""

__all__ = ["ROWS", "Places"]


class Places:
    """Names of the sequences that were read, in the words of whoever gave them.

    Parameters
    ----------
    documents, sentences : int array of shape (S,), default=None
        The document of each sequence, and its number within the document. None: the sequences
        are the rows of X.

    Attributes
    ----------
    unit : {"row", "sentence"}
        What one sequence is.
    remedy : str
        What to do about a sequence without steps.
    transposed : str
        The code that swaps the axes of every sequence.

    Examples
    --------
    >>> ROWS.name(3), ROWS.start(3)
    ('row 3', 'Row 3 of X')
    >>> Places([0, 0, 1], [0, 1, 0]).start(2)
    'Document 1, sentence 0 of X'
    """

    def __init__(self, documents=None, sentences=None):
        self.documents = documents
        self.sentences = sentences
        if documents is None:
            self.unit, self.remedy = "row", "Leave the row out, in y too."
            self.transposed = "[x.T for x in X]"
        else:
            self.unit, self.remedy = "sentence", "Leave it out."
            self.transposed = "[[x.T for x in document] for document in X]"

    def name(self, i):
        """Name sequence i within a message."""
        if self.documents is None:
            return f"row {i}"
        return f"document {self.documents[i]}, sentence {self.sentences[i]}"

    def start(self, i):
        """Name sequence i at the start of a message."""
        return f"{self.name(i).capitalize()} of X"


ROWS = Places()
