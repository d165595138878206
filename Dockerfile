FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/zhaodan/venv
WORKDIR /opt/zhaodan/source
COPY requirements.lock ./
RUN /opt/zhaodan/venv/bin/pip install --require-hashes --requirement requirements.lock
COPY . ./
RUN /opt/zhaodan/venv/bin/pip install --no-deps --no-build-isolation --editable . \
    && /opt/zhaodan/venv/bin/python -m compileall -q app migrations \
    && /opt/zhaodan/venv/bin/pip uninstall --yes --quiet setuptools pip

FROM python:3.13-slim
LABEL org.opencontainers.image.title="zhaodan" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin zhaodan \
    && install --directory --owner=zhaodan --mode=0700 /data
COPY --from=build /opt/zhaodan /opt/zhaodan
ENV PATH=/opt/zhaodan/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ZHAODAN_DATA_DIR=/data \
    ZHAODAN_HOST=0.0.0.0 \
    ZHAODAN_PORT=8000
USER zhaodan
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['ZHAODAN_PORT']}/livez\", timeout=4)"]
CMD ["zhaodan", "serve", "--first-start"]
