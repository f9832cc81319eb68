FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --home-dir /srv/logistics --shell /usr/sbin/nologin logistics

WORKDIR /srv/logistics/app
ENV PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=logistics.settings.production VAR_ROOT=/srv/logistics/var
COPY .pins/run.txt .pins/run.txt
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r .pins/run.txt
COPY . .
RUN python -m compileall -q . \
    && install -d -o logistics -g logistics /srv/logistics/var /srv/logistics/var/static /srv/logistics/var/media /srv/logistics/var/backups
USER logistics
EXPOSE 8000
