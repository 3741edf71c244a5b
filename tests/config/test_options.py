"""The operator's options: one table, read from the environment or a file, told plainly when wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from weft.config.options import (
    TABLE,
    BadOption,
    as_markdown,
    choose,
    current,
    find,
    kept_secret,
    read,
    unknown_variables,
)

ROOT = Path(__file__).resolve().parents[2]


def test_the_docs_are_the_table() -> None:
    assert (ROOT / "docs" / "options.md").read_text(encoding="utf-8") == as_markdown(), "run: make options"


def test_without_anything_set_weft_serves_this_machine_only() -> None:
    options = read({})
    assert (options.host, options.port, options.debug, options.database_url) == ("127.0.0.1", 8000, False, "")
    assert options.hosts == ("localhost", "127.0.0.1", "[::1]")


def test_the_environment_is_read() -> None:
    options = read({"WEFT_PORT": " 8080 ", "WEFT_TLS": "yes", "WEFT_HOSTS": "city.example, www.city.example"})
    assert (options.port, options.behind_tls) == (8080, True)
    assert options.hosts == ("city.example", "www.city.example")


def test_a_file_is_read_and_the_environment_wins_over_it(tmp_path: Path) -> None:
    file = tmp_path / "weft.toml"
    file.write_text(
        'port = 8080\ntls = true\nhosts = ["city.example"]\ndatabase_url = "postgresql://db/weft"\n'
    )
    environ = {"WEFT_CONFIG": str(file), "WEFT_PORT": "9090"}
    options = read(environ)
    assert (options.port, options.behind_tls, options.hosts) == (9090, True, ("city.example",))
    sources = {found.option.name: found.source for found in find(environ)}
    assert (sources["WEFT_PORT"], sources["DATABASE_URL"], sources["WEFT_DATA"]) == (
        "environment",
        "file",
        "default",
    )


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"WEFT_PORT": "many"}, 'WEFT_PORT must be a whole number from 1 to 65535, and "many" is not.'),
        ({"WEFT_PORT": "70000"}, "from 1 to 65535"),
        ({"WEFT_DEBUG": "perhaps"}, 'WEFT_DEBUG must be yes or no, and "perhaps" is not.'),
        ({"WEFT_LANGUAGES": "en,xx"}, "WEFT_LANGUAGES must be some of en, fr"),
        ({"WEFT_PROXIES": "everybody"}, "WEFT_PROXIES must be IP addresses"),
        ({"WEFT_LOG_LEVEL": "loud"}, "one of debug, info, warning, error"),
        ({"WEFT_TILES": "tiles.example"}, "WEFT_TILES must be an address"),
        ({"WEFT_HOSTS": ""}, "WEFT_HOSTS must be names"),
        ({"WEFT_CONFIG": "/nowhere/weft.toml"}, "WEFT_CONFIG names /nowhere/weft.toml, which cannot be read"),
    ],
)
def test_a_wrong_value_is_told_with_its_name(environ: dict[str, str], said: str) -> None:
    with pytest.raises(BadOption) as refusal:
        read(environ)
    assert said in str(refusal.value)


def test_a_wrong_secret_is_not_shown() -> None:
    with pytest.raises(BadOption) as refusal:
        read({"DATABASE_URL": "mysql://me:hunter2@db/weft"})
    assert "DATABASE_URL" in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "said"), [("prot = 80", 'sets "prot", which is not an option'), ("port = ", "not valid TOML")]
)
def test_a_wrong_file_is_told(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "weft.toml"
    file.write_text(text)
    with pytest.raises(BadOption, match=said):
        read({"WEFT_CONFIG": str(file)})


def test_a_misspelled_variable_is_noticed() -> None:
    assert unknown_variables({"WEFT_PORTS": "1", "WEFT_PORT": "1", "HOME": "/"}) == ["WEFT_PORTS"]


def test_the_secret_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    options = read({"WEFT_DATA": str(tmp_path / "data")})
    assert len(options.secret_key) == 50
    assert options.secret_key == read({"WEFT_DATA": str(tmp_path / "data")}).secret_key
    assert (tmp_path / "data" / "secret-key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret-key"]


def test_a_given_secret_key_is_not_written_anywhere(tmp_path: Path) -> None:
    options = read({"WEFT_DATA": str(tmp_path / "data"), "WEFT_SECRET_KEY": "given"})
    assert options.secret_key == "given"
    assert not (tmp_path / "data").exists()


def test_an_empty_secret_file_is_filled(tmp_path: Path) -> None:
    (tmp_path / "key").touch()
    made = kept_secret(tmp_path / "key", characters=16)
    assert len(made) == 16
    assert kept_secret(tmp_path / "key") == made


def test_a_command_may_choose_before_the_options_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEFT_PORT", "8000")
    assert choose(port=8111, host=None).port == 8111
    monkeypatch.undo()
    current.cache_clear()


def test_every_option_has_a_sentence() -> None:
    assert all(option.sentence.endswith(".") for option in TABLE)
