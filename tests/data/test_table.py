"""Tables as people have them: what is read, and what is refused rather than read wrongly."""

import pytest

from coursekit.data import DataError
from coursekit.data.table import rows


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"image,level\r1,0\r2,1\r", ["1 0", "2 1"]),
        (b'"image";"level"\n"1,5";"0"\n', ["1,5 0"]),
        (b'"left, right, both";level\n1;0\n', ["1 0"]),
        ("image\tlevel\n1\t0\n".encode("utf-16"), ["1 0"]),
    ],
    ids=["ends of lines of old", "quoted", "commas within a quoted head", "UTF-16"],
)
def test_it_is_read_as_it_is_meant(content, expected):
    assert [" ".join(row) for _, row in rows(content, "labels.csv")][1:] == expected


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'image,level\n"1,0\n2,1\n3,1\n', "unexpected end of data"),
        ("image,level\n1,0\n".encode("utf-16-le"), "UTF-16 without its mark"),
        (b"image,level\n1\x00,0\n", "holds NUL"),
        ("bild,stufe\nGr\u00f6\u00dfe,1\n".encode("latin-1"), "Save it as CSV in UTF-8"),
    ],
    ids=["a quote that is not closed", "no mark", "NUL", "Latin 1"],
)
def test_what_would_be_read_wrongly_is_refused(content, reason):
    with pytest.raises(DataError, match=reason):
        list(rows(content, "labels.csv"))
