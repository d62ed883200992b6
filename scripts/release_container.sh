#!/bin/sh
# Builds, packs and tries the core inside of a Linux container: manylinux (glibc) or Alpine (musl).
set -eu

if command -v apk >/dev/null; then
  apk add --no-cache build-base curl
else
  dnf -y module install nodejs:20
fi
curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal
PATH="$HOME/.cargo/bin:$PATH"

node scripts/build_native.mjs --release
node scripts/release.mjs platform
node scripts/release.mjs smoke
