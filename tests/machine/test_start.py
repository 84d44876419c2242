"""What is decided before TensorFlow is imported, each in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kerasgan.machine import backend_name, computes_in, features
from kerasgan.machine.processor import switches_onednn_on

ROOT = Path(__file__).resolve().parents[2]
AVX2 = {"fma", "avx", "avx2"}
SHOW = "import os; print('oneDNN', os.environ.get('TF_ENABLE_ONEDNN_OPTS'))"


def run(code: str, tmp_path: Path, **environment: str) -> subprocess.CompletedProcess:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TF_", "KERAS_"))}
    done = subprocess.run(
        [sys.executable, "-W", "always::UserWarning", "-c", code],
        env={**kept, "PYTHONPATH": str(ROOT), "KERAS_HOME": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    return done


# Reads the processor's file as an older processor's, and tells nothing else.
PRETEND = """
import pathlib, sys
real = pathlib.Path.read_text
def read(self, *a, **k):
    return "flags : fma avx avx2\\n" if str(self) == "/proc/cpuinfo" else real(self, *a, **k)
pathlib.Path.read_text = read
"""


def test_it_is_switched_on_quietly(tmp_path):
    done = run(f"import kerasgan\n{SHOW}", tmp_path, TF_CPP_MIN_LOG_LEVEL="3")
    assert done.stdout == "oneDNN 1\n" and done.stderr == ""


def test_the_users_decision_holds(tmp_path):
    done = run(f"import kerasgan\n{SHOW}", tmp_path, TF_ENABLE_ONEDNN_OPTS="0")
    assert done.stdout == "oneDNN 0\n" and "kerasgan" not in done.stderr


def test_where_keras_came_first_it_is_said_once(tmp_path):
    code = f"{PRETEND}\nimport keras\nimport kerasgan\nimport kerasgan.models\n{SHOW}"
    done = run(code, tmp_path)
    assert done.stderr.count("Import kerasgan before keras") == 1
    assert "<string>" in done.stderr.split("Import kerasgan")[0].splitlines()[-1]


@pytest.mark.parametrize("flag", ["avx512_vnni", "avx_vnni", "amx_bf16"])
def test_nothing_is_said_where_it_is_on_anyway(flag, tmp_path):
    assert switches_onednn_on(frozenset(AVX2 | {flag}))
    if flag == "avx_vnni":
        code = PRETEND.replace("avx2", f"avx2 {flag}") + "\nimport keras\nimport kerasgan"
        assert "Import kerasgan" not in run(code, tmp_path).stderr


def test_an_older_processor_does_not():
    assert not switches_onednn_on(frozenset(AVX2)) and switches_onednn_on(frozenset())
    assert not switches_onednn_on(frozenset(AVX2 | {"avx512f"}))


@pytest.mark.parametrize("way", ["variable", "file", "none"])
def test_the_backend_is_known_before_keras_is(way, tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "keras")
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    if way == "variable":
        monkeypatch.setenv("KERAS_BACKEND", "torch")
    if way == "file":
        (tmp_path / "keras.json").write_text(json.dumps({"backend": "jax"}))
    expected = {"variable": "torch", "file": "jax", "none": "tensorflow"}
    assert backend_name() == expected[way]


def test_half_types():
    assert computes_in("bfloat16", frozenset({"avx512_bf16"})) is True
    assert computes_in("bfloat16", frozenset(AVX2)) is False
    assert computes_in("float16", frozenset({"avx512_bf16"})) is False
    assert computes_in("float16", frozenset()) is None


def test_features_of_a_file(tmp_path):
    path = tmp_path / "cpuinfo"
    path.write_text("processor : 0\nflags\t\t: fpu avx2 amx_bf16\n\nprocessor : 1\n")
    assert features(path) == {"fpu", "avx2", "amx_bf16"}
    assert features(tmp_path / "none") == frozenset()
