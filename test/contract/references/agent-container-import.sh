# In container (after config.json exists):
lecoder-cgpu auth-import '<session JSON>' --force
