# SPDX-License-Identifier: GPL-3.0-or-later
#
#   docker build -t weighbridge .        (or: buildah bud --format docker -t weighbridge .)
#
# Any base with Python 3.11 or newer and its venv module will do:
#   --build-arg BASE_IMAGE=…
# Where the package index is not the default one, hand pip's settings in, for this build only:
#   --build-arg PIP_INDEX_URL=…
# or a directory of wheels, mounted while building:
#   --volume "$PWD/wheels:/wheels:ro" --build-arg PIP_NO_INDEX=1 --build-arg PIP_FIND_LINKS=/wheels

ARG BASE_IMAGE=python:3.13-slim

FROM ${BASE_IMAGE} AS build
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
ARG PIP_NO_INDEX
ARG PIP_FIND_LINKS
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src

# The tools stay in an environment of their own; the one that is shipped never sees pip.
RUN python3 -m venv /opt/tools && python3 -m venv --without-pip /opt/weighbridge
COPY constraints/ constraints/
# dkimpy comes as source only: it is built with the setuptools of the lock, hash checked before.
RUN /opt/tools/bin/pip install --quiet --require-hashes -r constraints/build.txt \
 && /opt/tools/bin/pip wheel --quiet --require-hashes --no-build-isolation --use-pep517 \
      --wheel-dir /wheelhouse -r constraints/postgres.txt \
 && /opt/tools/bin/pip --python /opt/weighbridge/bin/python install --quiet --no-deps --no-index \
      /wheelhouse/*.whl
COPY pyproject.toml README.md LICENSE ./
COPY docs/weighbridge.1 docs/
COPY config/ config/
COPY bot/ bot/
RUN /opt/tools/bin/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir /dist . \
 && /opt/tools/bin/pip --python /opt/weighbridge/bin/python install --quiet --no-deps --no-index \
      /dist/weighbridge-*.whl \
 && /opt/weighbridge/bin/python -m compileall -q /opt/weighbridge/lib


FROM ${BASE_IMAGE}
# git reads the clone of the tree (guix_repo), gpgv verifies OpenPGP signatures, where configured.
RUN { command -v git && command -v gpgv; } >/dev/null \
 || { apt-get update \
   && apt-get install -y --no-install-recommends git gpgv \
   && rm -rf /var/lib/apt/lists/*; }
RUN groupadd --system --gid 900 weighbridge \
 && useradd --system --uid 900 --gid weighbridge --home-dir /data --no-create-home weighbridge \
 && install -d -o weighbridge -g weighbridge -m 0750 /data \
 && install -d -m 0755 /config
COPY --from=build /opt/weighbridge /opt/weighbridge
ENV PATH=/opt/weighbridge/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/data \
    XDG_STATE_HOME=/data \
    TMPDIR=/data \
    WEIGHBRIDGE_CONFIG=/config/weighbridge.toml
USER weighbridge
WORKDIR /data
VOLUME ["/data", "/config"]
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=1m --timeout=20s --start-period=1m CMD ["weighbridge", "status", "--health"]
ENTRYPOINT ["weighbridge"]
CMD ["run"]
