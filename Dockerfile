# syntax=docker/dockerfile:1
# The program alone on a small Debian: docs/installing.md says how it is used.
#   docker build -t lecoder-cgpu .
#   docker run --rm -it -v lecoder-cgpu:/home/lecoder/.config/lecoder-cgpu lecoder-cgpu status

# Made on the builder's own processor for whichever is wanted: Node and the tools come from the npm registry.
FROM --platform=$BUILDPLATFORM node:22-bookworm-slim AS build
WORKDIR /source
COPY . .
ARG TARGETARCH=amd64
RUN case "$TARGETARCH" in amd64) target=linux-x64 ;; *) target="linux-$TARGETARCH" ;; esac \
  && node scripts/binaries.mjs --only "$target" --out /made \
  && mkdir /image /image/bin /image/share /image/share/lecoder-cgpu /image/share/doc \
  && tar -xzf /made/lecoder-cgpu-*-"$target".tar.gz -C /image/share/doc \
  && mv /image/share/doc/lecoder-cgpu /image/bin/ \
  && echo '{"by":"docker"}' > /image/share/lecoder-cgpu/lecoder-cgpu.install.json

FROM debian:bookworm-slim
# Node's builds need libstdc++; certificates are for companies that add their own.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates libstdc++6 \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --create-home --uid 1000 lecoder \
  && install -d -m 700 -o lecoder -g lecoder /home/lecoder/.config /home/lecoder/.config/lecoder-cgpu \
  && install -d -o lecoder -g lecoder /work
COPY --from=build /image/bin/lecoder-cgpu /usr/local/bin/lecoder-cgpu
COPY --from=build /image/share/lecoder-cgpu /usr/local/share/lecoder-cgpu
COPY --from=build /image/share/doc /usr/local/share/doc/lecoder-cgpu
USER 1000
# Settings and logins. Mount it: without, each container begins signed out.
VOLUME /home/lecoder/.config/lecoder-cgpu
WORKDIR /work
ENTRYPOINT ["lecoder-cgpu"]
CMD ["--help"]
