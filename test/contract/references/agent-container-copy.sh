# From host machine
docker cp ~/.config/lecoder-cgpu container:/root/.config/lecoder-cgpu

# On macOS, use:
docker cp ~/Library/Preferences/lecoder-cgpu container:/root/.config/lecoder-cgpu
