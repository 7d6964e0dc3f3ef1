"""A hundred files, some of them bad: each is named by the run, and nothing good is missing."""

from benchmarks.archive_files import files


def test_many_files_some_of_them_bad(tmp_path):
    result = files(tmp_path, 140)
    assert result["exit"] == 0
    assert len(result["kinds"]) >= 8
    assert result["said_otherwise"] == {}
    assert result["not_in_the_report"] == []
