"""The examples run as their users run them: as scripts, in a process of their own."""

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

import kerasgan

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
ENVIRONMENT = {
    "KERAS_BACKEND": keras.backend.backend(),
    "JAX_DISABLE_MOST_OPTIMIZATIONS": "1",  # As in conftest.py.
    "JAX_COMPILATION_CACHE_DIR": str(ROOT / ".jax_cache"),
}

# What an example shows is the same on each backend, and the models have tests of their own there.
once = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the same on all")


def run(script: str, *arguments: str) -> str:
    result = subprocess.run(
        [sys.executable, ROOT / "examples" / script, *arguments],
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, **ENVIRONMENT},
    )
    assert result.returncode == 0, result.stderr[-3000:]
    return result.stdout


@once
def test_help_explains_each_example():
    # One process for all: what takes time is to import Keras.
    texts = run(ROOT / "tests" / "help_of_examples.py", *map(str, EXAMPLES)).split("\f")
    for path, text in zip(EXAMPLES, texts, strict=True):
        assert f"python examples/{path.name}" in text and "--smoke" in text


@pytest.mark.parametrize(
    "script",
    [
        "gan_gaussian.py",
        *(
            pytest.param(f"{name}_digits.py", marks=once)
            for name in ("dcgan", "wgan_gp", "conditional", "infogan")
        ),
    ],
)
def test_it_trains_and_leaves_pictures(script, tmp_path):
    export = ["--export", str(tmp_path / "saved")] if script == "dcgan_digits.py" else []
    text = run(script, "--smoke", "--output", str(tmp_path), *export)
    assert str(tmp_path) in text
    for name in ("latest.png", "progress.gif"):
        with Image.open(tmp_path / name) as image:
            assert image.size[0] > 64
    assert not export or (tmp_path / "saved" / "card.json").exists()


@once
def test_cyclegan_trains_resumes_and_translates(tmp_path):
    folders = ["--output", str(tmp_path / "run"), "--export", str(tmp_path / "saved")]
    text = run("cyclegan_monet.py", "--smoke", *folders)
    assert "saved generators" in text
    with Image.open(tmp_path / "run" / "before_and_after.png") as image:
        assert image.size == (512, 128)
    resumed = run("cyclegan_monet.py", "--smoke", "--resume", "--epochs", "3", *folders)
    assert "Epoch 3/3" in resumed and "Epoch 2/3" not in resumed


@once
def test_the_main_example_starts_from_the_shipped_cyclegan(monkeypatch):
    """By default, and with every weight of it; not where its networks are others."""
    path = ROOT / "examples" / "cyclegan_monet.py"
    names = runpy.run_path(str(path), run_name="example")

    def arguments(*given):
        monkeypatch.setattr(sys, "argv", [str(path), *given])
        parsed = names["parse_arguments"]()
        names["choose_defaults"](parsed)
        return parsed

    gan = names["make_model"](arguments(), steps=2)
    shipped = kerasgan.models.CycleGAN.from_preset(ROOT / "saved_models" / "monet")
    for network in ("x_to_y", "y_to_x", "discriminator_x", "discriminator_y"):
        pairs = zip(getattr(gan, network).weights, getattr(shipped, network).weights, strict=True)
        assert all(np.array_equal(mine, theirs) for mine, theirs in pairs)
    for others in (["--from-scratch"], ["--faithful"], ["--base-filters", "8"], ["--smoke"]):
        assert not arguments(*others).warm


@once
def test_generate_draws_from_the_shipped_digits(tmp_path):
    target = tmp_path / "digits.png"
    assert str(target) in run("generate.py", "--smoke", "--output", str(target))
    with Image.open(target) as image:
        assert image.size[0] > 64


@once
def test_generate_paints_a_photograph_by_the_shipped_cyclegan(tmp_path):
    levels = np.random.default_rng(0).integers(0, 256, (50, 70, 3)).astype("uint8")
    Image.fromarray(levels).save(tmp_path / "photograph.png")
    given = ["--translate", str(tmp_path / "photograph.png"), "--output", str(tmp_path / "it.png")]
    text = run("generate.py", "--side", "40", *given)
    assert "is reduced from (70, 50) to (56, 40)" in text
    with Image.open(tmp_path / "it.png") as image:
        assert image.size == (56, 40) and np.asarray(image).std() > 10


@once
def test_safe_training_survives_all_that_it_shows(tmp_path):
    text = run("safe_training.py", "--smoke", "--output", str(tmp_path))
    assert "with status -9" in text and "equal to the bit: True" in text
    assert "NonFiniteError: In training step" in text and "It went through" in text
    assert text.count("ValueError: ") == 4
    with Image.open(tmp_path / "training.png") as image:
        assert image.size == (592, 616)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="drawn alike on all backends")
def test_why_gans_are_hard_draws_its_figure(tmp_path):
    pytest.importorskip("matplotlib")
    text = run("why_gans_are_hard.py", "--smoke", "--output", str(tmp_path))
    assert "instance noise" in text and "0.6931; log 2 is 0.6931" in text
    with Image.open(tmp_path / "why_gans_are_hard.png") as image:
        assert image.size == (1500, 860)


@once
def test_the_shipped_digits_stand_between_real_ones_and_noise(tmp_path):
    text = run("evaluate_generator.py", "--smoke", "--output", str(tmp_path))
    lines = (tmp_path / "table.md").read_text().splitlines()
    distances = [float(line.split("|")[2]) for line in lines[2:-2]]
    assert distances[0] < distances[1] < distances[-1] and str(tmp_path) in text
    assert float(lines[-1].split(": ")[1]) > 0.0  # The path length.


@once
def test_the_best_of_a_watched_training_is_kept(tmp_path):
    pytest.importorskip("matplotlib")
    lines = run("watch_quality.py", "--smoke", "--output", str(tmp_path)).splitlines()
    lowest = next(line for line in lines if "lowest" in line).split("lowest ")[1].split(",")[0]
    again = next(line for line in lines if "loaded again" in line).split(": ")[1]
    assert lowest == again and (tmp_path / "best.keras").is_file()
    with Image.open(tmp_path / "watch_quality.png") as image:
        assert image.size == (1200, 640)


@once
def test_bigan_digits_compares_codes_and_draws_its_figure(tmp_path):
    pytest.importorskip("matplotlib")
    text = run("bigan_digits.py", "--smoke", "--output", str(tmp_path))
    assert all(f"  {name}" in text for name in ("pixels", "codes, BiGAN", "features, untrained"))
    with Image.open(tmp_path / "bigan_digits.png") as image:
        assert image.size == (1900, 520)


@once
def test_density_network_compares_with_the_closed_form(tmp_path):
    pytest.importorskip("matplotlib")
    text = run("density_network.py", "--smoke", "--output", str(tmp_path))
    assert "probabilistic PCA -5.8664" in text and "true 0.150" in text
    with Image.open(tmp_path / "density_network.png") as image:
        assert image.size == (1500, 500)


@once
def test_lotka_volterra_reports_and_draws_its_figure(tmp_path):
    pytest.importorskip("matplotlib")
    text = run("lotka_volterra.py", "--smoke", "--output", str(tmp_path))
    assert "predators born" in text and "95 % interval" in text
    with Image.open(tmp_path / "lotka_volterra.png") as image:
        assert image.size == (1500, 820)


@once
def test_toy_zoo_draws_its_poster_and_goes_on_where_it_was(tmp_path):
    pytest.importorskip("matplotlib")
    text = run("toy_zoo.py", "--smoke", "--output", str(tmp_path))
    assert "2 of 2 to run" in text and "| hinge | " in text
    with Image.open(tmp_path / "toy_zoo.png") as image:
        assert image.size[0] > 200
    assert "0 of 2 to run" in run("toy_zoo.py", "--smoke", "--output", str(tmp_path))


@once
@pytest.mark.parametrize(
    ("script", "words", "pictures"),
    [
        ("latent_walk.py", "2 ways of 12", ["interpolations.png", "walk.gif", "latent_walk.png"]),
        ("vector_arithmetic.py", "slant, with labels", ["vector_arithmetic.png"]),
        ("project_image.py", "scrambled", ["project_image.png"]),
        ("truncation.py", "the digit's mean    0.5", ["truncation.png"]),
        ("closest_matches.py", "By features, 50 samples", ["closest_matches.png"]),
    ],
)
def test_the_latents_of_the_shipped_generator(script, words, pictures, tmp_path):
    pytest.importorskip("matplotlib")
    assert words in run(script, "--smoke", "--output", str(tmp_path))
    for name in pictures:
        with Image.open(tmp_path / name) as image:
            assert min(image.size) > 60


@once
def test_mode_collapse_measures_its_three_games(tmp_path):
    pytest.importorskip("matplotlib")
    text = run("mode_collapse.py", "--smoke", "--output", str(tmp_path))
    assert "reverse KL" in text and "relativistic, R1 and R2" in text
    with Image.open(tmp_path / "mode_collapse.png") as image:
        assert image.size == (1260, 684)


@once
def test_which_gan_compares_on_both_data(tmp_path):
    pytest.importorskip("matplotlib")
    text = run("which_gan.py", "--smoke", "--output", str(tmp_path))
    assert "modes of 25" in text and "Fréchet distance" in text
    assert "1 of 1 combinations cannot be told from the best" in text
    with Image.open(tmp_path / "which_gan.png") as image:
        assert image.size[0] == 1296


@once
def test_errors_of_users_are_one_line(tmp_path):
    """In one process for all, as the help is: importing Keras takes the time."""
    points = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    points.save(tmp_path / "points.keras")
    two = keras.Sequential([keras.Input((3,)), keras.layers.Dense(128)])
    two.add(keras.layers.Reshape((8, 8, 2)))
    two.save(tmp_path / "two.keras")
    gan = kerasgan.models.CycleGAN((24, 24, 3), base_filters=1, residual_blocks=1, pool_size=0)
    gan.save(tmp_path / "cycle.keras")
    calls = {
        ("generate.py", "nowhere"): "no saved generator at this path",
        ("generate.py", "cycle.keras"): "`name` must be one of the generators",
        ("generate.py", "points.keras", "--rows=0"): "`--rows` and `--columns` must be positive",
        ("generate.py", "points.keras", "--seed=-1"): "`seed` must be an int",
        ("generate.py", "points.keras"): "A grid is drawn of images",
        ("generate.py", "two.keras"): "channels",
        ("latent_walk.py", "nowhere"): "no saved generator at this path",
        ("truncation.py", "nowhere"): "no saved generator at this path",
        ("closest_matches.py", "--generator", "nowhere"): "no saved generator at this path",
        ("cyclegan_monet.py", "--smoke", "--data", "nowhere"): "nowhere",
    }
    program = (
        "import contextlib, json, os, runpy, sys\n"
        "for path, *arguments in json.loads(sys.argv[1]):\n"
        "    sys.argv = [path, *arguments]\n"
        "    try:\n"
        "        runpy.run_path(path, run_name='__main__')\n"
        "    except SystemExit as error:\n"
        "        print('\\f' + str(error.code))\n"
        "    else:\n"
        "        print('\\fended well')\n"
    )
    commands = [
        [str(ROOT / "examples" / script), *(a if a[0] == "-" else str(tmp_path / a) for a in rest)]
        for script, *rest in calls
    ]
    (tmp_path / "program.py").write_text(program)
    text = run(tmp_path / "program.py", json.dumps(commands))
    said = [part.splitlines() for part in text.split("\f")[1:]]
    for (script, *_), expected, lines in zip(calls, calls.values(), said, strict=True):
        assert lines[0].startswith(f"{script}: ") and expected in lines[0], lines[0]
