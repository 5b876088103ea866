# The server alone: no compiler, no pip, no tests, no browser. The data is inside; nothing is fetched at run time.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
COPY . /src
RUN python -m venv --without-pip /opt/chalknet \
 && pip --python /opt/chalknet/bin/python --disable-pip-version-check \
        install --no-cache-dir --constraint /src/constraints.txt /src \
 && find /opt/chalknet -type d -name tests -prune -exec rm -rf {} +

FROM python:${PYTHON}-slim
LABEL org.opencontainers.image.title="Chalknet" \
      org.opencontainers.image.description="A neural network that learns in front of the class" \
      org.opencontainers.image.licenses="MIT"
ENV PATH=/opt/chalknet/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    CHALKNET_HOST=0.0.0.0 \
    CHALKNET_DATA_DIR=/data
COPY --from=build /opt/chalknet /opt/chalknet
RUN mkdir /data && chown 10001:10001 /data
USER 10001:10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import http.client as h, os, sys; c = h.HTTPConnection('127.0.0.1', int(os.environ.get('CHALKNET_PORT', 8000)), timeout=4); c.request('GET', '/health'); sys.exit(c.getresponse().status != 200)"]
CMD ["chalknet", "serve"]
