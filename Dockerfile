# One image for web, worker and beat; the command decides which (see docker-compose.yml).
FROM python:3.11-slim-bookworm

# Text layout for the PDF files, and the one font they use.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fonts-croscore libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    # pg_dump and pg_restore for the backups: as new as the server of docker-compose.yml, from PostgreSQL's own archive.
        ca-certificates postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install -y --no-install-recommends postgresql-client-18 \
    && rm -rf /var/lib/apt/lists/*

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    STATE_DIR=/data \
    STATIC_ROOT=/app/staticfiles

WORKDIR /app

COPY requirements.lock ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r requirements.lock

# The program belongs to root: the account that runs it can change its data only.
RUN groupadd --gid 10001 app \
    && useradd --uid 10001 --gid app --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin app \
    && install -d -o app -g app -m 0700 /data /schedule /backups

COPY . .

# The values below serve this one step and are not kept in the image.
RUN SECRET_KEY=only-for-collectstatic DATABASE_URL=postgresql://none@none/none REDIS_URL=redis://none \
    python manage.py collectstatic --noinput --verbosity 0

USER app
VOLUME /data
EXPOSE 8000

CMD ["gunicorn", "config.wsgi", "--bind=0.0.0.0:8000", "--workers=3", "--threads=4", "--config=python:config.web_server", \
     "--graceful-timeout=20", "--worker-tmp-dir=/dev/shm", "--no-control-socket"]
