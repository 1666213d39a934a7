from pathlib import Path

import pytest

from es_loader.config import load_deployed_config
from siem_stack.config_check import LogTypesError, require_sound_log_types


def test_the_built_in_log_types_are_sound() -> None:
    require_sound_log_types()


def test_every_mistake_of_the_user_is_told(tmp_path: Path) -> None:
    path = tmp_path / "user.ini"
    path.write_text(
        "[one]\ns3_key = (\nindex_name = log-one\n[two]\ns3_key = two\nindex_name = log-two\nfile_fromat = csv\n"
    )
    with pytest.raises(LogTypesError) as caught:
        require_sound_log_types(load_deployed_config(path))
    assert "user.ini [one] s3_key" in str(caught.value)
    assert "user.ini [two] file_fromat" in str(caught.value)


def test_a_file_of_exclusions_that_is_named_must_be_there(tmp_path: Path) -> None:
    path = tmp_path / "user.ini"
    path.write_text("[waf]\nexclude_log_patterns_filename = mine.csv\n")
    with pytest.raises(LogTypesError, match=r"exclude_log_patterns_filename = mine\.csv: no such file"):
        require_sound_log_types(load_deployed_config(path))


def test_an_alarm_about_a_log_type_that_there_is_not_is_refused() -> None:
    with pytest.raises(LogTypesError, match="siem:silence_alarms names log types that there are not: cloudtrial"):
        require_sound_log_types(watched=["cloudtrail", "cloudtrial"])
