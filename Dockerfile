# Two stages from one base, so that the interpreter that the environment was made with is the one
# that runs it. Nothing here names a processor: the same file makes the image for amd64 and arm64.
# For a build that can be repeated to the byte, name the base by its digest:
#   docker build --build-arg PYTHON_IMAGE=python:3.13-slim@sha256:... .
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS build
ENV PIP_CACHE_DIR=/var/cache/pip
RUN python -m venv --without-pip /opt/venv
COPY requirements/run.txt /build/requirements/run.txt
COPY deploy/sbom.py /build/sbom.py
COPY deploy/import_all.py /build/import_all.py
# pip works on the environment from outside and stays out of the image. Only wheels: there is no
# compiler, and none is wanted.
RUN --mount=type=cache,target=/var/cache/pip,sharing=locked \
    python -m pip --python /opt/venv/bin/python install --quiet --disable-pip-version-check \
        --no-deps --require-hashes --only-binary=:all: --no-compile -r /build/requirements/run.txt
# The source comes last: a change of it leaves everything above in the cache.
COPY bot /app/bot
COPY cogs /app/cogs
# Bytecode that isn't held against its source: a layer rounds the times of files, by which Python
# would find half of it too old and compile it again at each start. That of the libraries goes
# without their docstrings, which are 6 MB of memory; ours are what Discord shows of the commands.
RUN /opt/venv/bin/python -OO -X no_debug_ranges -m compileall -q \
        --invalidation-mode unchecked-hash /opt/venv \
    && find /opt/venv -name '*.opt-2.pyc' \
        -exec sh -c 'for file; do mv "$file" "${file%.opt-2.pyc}.pyc"; done' move {} + \
    && /opt/venv/bin/python -m compileall -q --invalidation-mode unchecked-hash /app

FROM ${PYTHON_IMAGE}
LABEL org.opencontainers.image.title="imagine-bot" \
      org.opencontainers.image.description="A Discord bot that makes pictures from words" \
      org.opencontainers.image.licenses="MIT"
# Bytecode is in the image already, and its file system is meant to be read-only.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
# The base has no bytecode of Python's own library: importing all that the bot has, what it loads only
# when it needs it included, writes what is needed of that, and fails where the base lacks a library
# that something is linked with. Then what the image is made of is written down. Whoever the container runs as may write to a new volume, which takes its rights from
# the folder.
RUN --mount=type=bind,from=build,source=/build,target=/build \
    PYTHONDONTWRITEBYTECODE='' python /build/import_all.py \
    && install -d /usr/share/imagine-bot \
    && python /build/sbom.py /build/requirements/run.txt "$(python -m bot --version)" \
        > /usr/share/imagine-bot/sbom.cdx.json \
    && install -d -o 10001 -g 10001 -m 1777 /data
VOLUME /data
# What the bot keeps lies under data/ of its working directory, so it lands in the volume.
WORKDIR /
# A number, so that an orchestrator can tell that it isn't root without asking the image.
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-m", "bot", "health"]
ENTRYPOINT ["python", "-m", "bot"]
