# Two stages from one base, so that the interpreter that the environment was made with is the one
# that runs it. For a build that can be repeated to the byte, name the base by its digest:
#   docker build --build-arg PYTHON_IMAGE=python:3.13-slim@sha256:... .
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS build
ENV PIP_CACHE_DIR=/var/cache/pip
RUN python -m venv --without-pip /opt/venv
COPY requirements/run.txt /build/requirements/run.txt
# pip works on the environment from outside and stays out of the image.
RUN --mount=type=cache,target=/var/cache/pip,sharing=locked \
    python -m pip --python /opt/venv/bin/python install --quiet --disable-pip-version-check \
        --no-deps --require-hashes --compile -r /build/requirements/run.txt
# The source comes last: a change of it leaves everything above in the cache.
COPY bot /app/bot
COPY cogs /app/cogs
RUN /opt/venv/bin/python -m compileall -q /app

FROM ${PYTHON_IMAGE}
# Bytecode is in the image already, and its file system is meant to be read-only.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
RUN install -d -o 10001 -g 10001 -m 0750 /data
VOLUME /data
# What the bot keeps lies under data/ of its working directory, so it lands in the volume.
WORKDIR /
# A number, so that an orchestrator can tell that it isn't root without asking the image.
USER 10001:10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m", "bot"]
