"""The wheel brings the command."""

import subprocess
import sys
import sysconfig
from pathlib import Path

COMMAND = Path(sysconfig.get_path("scripts")) / ("loligo.exe" if sys.platform == "win32" else "loligo")


def run(*arguments):
    return subprocess.run([COMMAND, *arguments], capture_output=True, text=True)


def test_a_model_is_run(root, tmp_path):
    done = run("run", root / "examples/hh_soma.toml", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "traces.csv").exists() and (tmp_path / "index.html").exists()


def test_exit_codes(tmp_path):
    assert run("--version").stdout.startswith("loligo ")
    assert run("run", tmp_path / "absent.toml").returncode == 1
    assert run("rum").returncode == 2
    (tmp_path / "bad.toml").write_text("[run]\ntstp = 1\n")
    refused = run("check", tmp_path / "bad.toml")
    assert refused.returncode == 1 and "tstop" in refused.stderr + refused.stdout
