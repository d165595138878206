# 照单履责 · Zhaodan
PORT ?= 8000
HOST ?= 127.0.0.1
DATA ?= ./data
N ?= 100000
WORKERS ?= 2
ARGS ?=
PYTHON ?= python3
SEED := $(shell date +%s)

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SOURCES := app migrations tests benchmarks tools
COMPILE := uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test test-long lint format bench lock clean

help: ## 列出全部命令
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.installed ## 安装并启动服务（PORT=8000 HOST=127.0.0.1 DATA=./data）
	@ZHAODAN_DATA_DIR="$(DATA)" exec $(BIN)/zhaodan serve --first-start --host "$(HOST)" --port "$(PORT)"

# The same every time, down to the order of sets; a long run draws all of it from one seed.
test: lint ## 先做 lint，再运行全部测试，SQLite 与 PostgreSQL 各一遍，每次结果相同（ARGS= 传给 pytest）
	PYTHONHASHSEED=0 $(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

test-long: lint ## 长测：随机用例多 15 倍、竞争与断电测试做全套，每次换种子（SEED= 重放某一次）
	@echo "SEED=$(SEED)"
	@PYTHONHASHSEED=$(SEED) $(BIN)/python -m pytest -n $(WORKERS) -m "" --hypothesis-profile=long \
	  --hypothesis-seed=$(SEED) --randomly-seed=$(SEED) $(ARGS) \
	  || { echo "重放：make test-long SEED=$(SEED)，可加 ARGS=\"-k 测试名\"" >&2; exit 1; }

lint: $(VENV)/.installed-dev ## 检查格式、代码规则、类型与模块依赖
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(VENV)/.installed-dev ## 统一代码格式并修正可自动修正的问题
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

bench: $(VENV)/.installed-dev ## 性能测量，输出一张比值表（N=100000 条记录）
	$(BIN)/python -m benchmarks --records $(N) $(ARGS)

lock: ## 重新生成两份带哈希的依赖锁定文件（ARGS=--upgrade 升级到最新版）
	@set -e; tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	$(PYTHON) -m venv "$$tools"; \
	"$$tools/bin/python" -m pip --disable-pip-version-check --quiet install uv; \
	$(PYTHON) -c 'import tomllib; project = tomllib.load(open("pyproject.toml", "rb")); \
	print(*project["build-system"]["requires"], sep="\n")' > "$$tools/build.in"; \
	"$$tools/bin/"$(COMPILE) $(ARGS) pyproject.toml - < "$$tools/build.in" \
	  --output-file requirements.lock > /dev/null; \
	"$$tools/bin/"$(COMPILE) $(ARGS) pyproject.toml - < "$$tools/build.in" --extra dev \
	  --constraint requirements.lock --output-file requirements-dev.lock > /dev/null

clean: ## 删除虚拟环境与缓存（不动数据目录）
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info

# A stamp stands for a finished installation: an interrupted one is done again. The editable install
# builds with the locked setuptools, so nothing unpinned is fetched.
$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes --requirement requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(PIP) install --require-hashes --requirement requirements-dev.lock
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo '需要 Python 3.11 或更高版本；可用 make PYTHON=python3.12 … 指定解释器。' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo '这个 Python 缺少 venv 模块；Debian 或 Ubuntu 请先执行：apt-get install python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
