# On host machine (with browser):
# 1. Get the OAuth config
cat ~/.config/lecoder-cgpu/config.json  # or ~/Library/Preferences/lecoder-cgpu/ on macOS

# 2. Get the session token
lecoder-cgpu auth-export --json
