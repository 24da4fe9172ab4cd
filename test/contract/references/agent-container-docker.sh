# Get config and session from host
CONFIG_JSON=$(cat ~/Library/Preferences/lecoder-cgpu/config.json)
SESSION_JSON=$(cat ~/Library/Preferences/lecoder-cgpu/state/session.json)

docker run --rm node:18 bash -c "
  npm install -g lecoder-cgpu &&
  mkdir -p ~/.config/lecoder-cgpu/state &&
  echo '$CONFIG_JSON' > ~/.config/lecoder-cgpu/config.json &&
  echo '$SESSION_JSON' > ~/.config/lecoder-cgpu/state/session.json &&
  chmod 600 ~/.config/lecoder-cgpu/state/session.json &&
  lecoder-cgpu status --json
"
