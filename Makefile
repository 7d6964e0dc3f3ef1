# Each target installs what it needs first. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export OMP_NUM_THREADS ?= 1
# Many tests wait for servers, so two run at once; what is in one file runs in one process.
PARALLEL ?= -n 2 --dist loadscope --no-loadscope-reorder
# A library that writes settings into the home folder has no place in a test.
export YOLO_CONFIG_DIR ?= $(abspath $(VENV))

.PHONY: help install demo test check lint bench chaos soak archive-check train-smoke readme clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

install: $(STAMP) ## install matthan with all extras into .venv

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[ultralytics,quantize,trackers,postgresql,ray,dev]'
	@touch $@

demo: install ## run the pipeline on a street scene made on the spot, results in matthan-demo/
	$(BIN)/matthan demo --out matthan-demo

test: install ## run the tests
	$(BIN)/python -m pytest -q $(PARALLEL)

lint: install ## formatting, lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint ## everything CI runs: lint, tests with coverage, README up to date
	$(BIN)/python -m coverage erase
	$(BIN)/python -m pytest -q $(PARALLEL) --cov --cov-report=term --cov-fail-under=90
	$(BIN)/python -m benchmarks.readme --check

ARCHIVE_KILLS ?= 10
archive-check: install ## one archive, asked in every way there is, has one answer; ends with one JSON line
	$(BIN)/python -m benchmarks.archive_check --kills $(ARCHIVE_KILLS)

DATA ?= $(or $(MATTHAN_TEST_DATA),../shared/data)
SMOKE := build/train-smoke
# Threads that wait for each other sleep: what else runs beside the training then slows it in proportion, not to a halt.
train-smoke: install ## the recipe of the shipped detector, end to end on a handful of images
	$(BIN)/python -m models.train.dataset --images $(DATA)/images/street --clips $(DATA)/clips --teacher $(DATA)/weights/yolo11n.pt --out $(SMOKE)/data --limit 60 --composites 20
	OMP_WAIT_POLICY=PASSIVE $(BIN)/python -m models.train.train --data $(SMOKE)/data/data.yaml --teacher $(DATA)/weights/yolo11n.pt --out $(SMOKE) --set epochs=2 imgsz=160 compile=false close_mosaic=1
	$(BIN)/python -m models.train.ship $(SMOKE)/run/weights/last.pt --out $(SMOKE)/models

bench: install ## measure, write benchmarks/results and the README's tables
	$(BIN)/python -m benchmarks.agreement
	$(BIN)/python -m benchmarks.tracking
	$(BIN)/python -m benchmarks.hot_path
	$(BIN)/python -m benchmarks.rules
	$(BIN)/python -m benchmarks.rates --every 3 --write
	$(BIN)/python -m benchmarks.scenarios --noise clean realistic --seeds 0 --write
	$(BIN)/python -m benchmarks.eventless --hours 40 --busy 0.2 --seed 118000 --write
	$(BIN)/python -m benchmarks.footage --write
	$(BIN)/python -m benchmarks.delivery --write
	$(BIN)/python -m benchmarks.outage --write
	$(BIN)/python -m benchmarks.chaos --write
	$(BIN)/python -m benchmarks.gate --write
	$(BIN)/python -m benchmarks.soak --cameras 40 50 60 --seconds 60 --activity 0.1 --write tenth
	$(BIN)/python -m benchmarks.soak --cameras 32 36 44 --seconds 60 --activity 0.2 --write fifth
	$(BIN)/python -m benchmarks.soak --cameras 40 --seconds 60 --activity 1 --write overload
	$(BIN)/python -m benchmarks.soak --cameras 16 --seconds 1800 --activity 0.1 --write half_an_hour
	$(BIN)/python -m benchmarks.failover --write
	$(BIN)/python -m benchmarks.archive_check --write
	$(BIN)/python -m benchmarks.archive_files --write
	$(BIN)/python -m benchmarks.archive_speed --write
	$(BIN)/python -m benchmarks.archive_skim --write
	$(BIN)/python -m benchmarks.archive_judge --write
	$(BIN)/python -m benchmarks.conflicts --write
	$(BIN)/python -m benchmarks.motion --write
	$(BIN)/python -m benchmarks.blackspots --write
	$(BIN)/python -m benchmarks.detector --write
	$(BIN)/python -m benchmarks.readme

CAMERAS ?= 16
SECONDS ?= 120
ACTIVITY ?= 0.1
soak: install ## a ward under load over RTSP, ends with one JSON line (CAMERAS=16 SECONDS=120 ACTIVITY=0.1)
	$(BIN)/python -m benchmarks.soak --cameras $(CAMERAS) --seconds $(SECONDS) --activity $(ACTIVITY)

EVENTS ?= 100000
KILLS ?= 20
chaos: install ## kill brokers and producers while events flow, check every one (EVENTS=100000 KILLS=20)
	$(BIN)/python -m benchmarks.chaos --events $(EVENTS) --kills $(KILLS)

readme: install ## write the tables of the README and of the model card anew from the committed results
	$(BIN)/python -m benchmarks.readme

clean: ## remove what the targets made, but not the installation
	rm -rf matthan-demo matthan-out .coverage* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
