# Installs lecoder-cgpu from a release on Windows: one program that brings its own Node.
#   irm https://github.com/lecoder-cgpu/lecoder-cgpu/releases/latest/download/install.ps1 | iex
# With options: save it, then  powershell -ExecutionPolicy Bypass -File install.ps1 -Help
param(
    [string]$Version = '',
    [string]$Prefix = '',
    [switch]$Uninstall,
    [switch]$Help
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue' # Windows PowerShell downloads many times slower with a progress bar
$Repository = 'https://github.com/lecoder-cgpu/lecoder-cgpu'

function Show-Help {
    Write-Host @"
Installs lecoder-cgpu for this user: one program, nothing else is needed.

  -Version <version>  that version instead of the newest release
  -Prefix <folder>    where to; %LOCALAPPDATA%\Programs\lecoder-cgpu when not given
  -Uninstall          remove what this script installed; settings and logins stay
  -Help               show this

What it does: downloads the archive and SHA256SUMS from
$Repository/releases (LECODER_RELEASES_URL names a mirror),
stops unless the SHA-256 is right, tries the program, puts it into the folder, and adds the folder to your own
PATH. It writes lecoder-cgpu.exe and lecoder-cgpu.install.json there and asks for no administrator's rights.
"@
}

function Stop-With([string]$Message, [string]$Hint) {
    if ($Hint) { throw "$Message`nhint: $Hint" }
    throw $Message
}

function Get-UserPath {
    $path = [Environment]::GetEnvironmentVariable('Path', 'User')
    if (-not $path) { return @() }
    return @($path.Split(';') | Where-Object { $_ -ne '' })
}

function Set-UserPath($Folders) {
    [Environment]::SetEnvironmentVariable('Path', ($Folders -join ';'), 'User')
}

function Remove-Program {
    if (-not (Test-Path -LiteralPath $Mark)) {
        Stop-With "nothing that this script installed is in $Prefix" 'another place? say so with -Prefix'
    }
    foreach ($file in @($Program, "$Program.old", $Mark)) {
        if (Test-Path -LiteralPath $file) { Remove-Item -LiteralPath $file -Force }
    }
    if (@(Get-ChildItem -LiteralPath $Prefix -Force).Count -eq 0) { Remove-Item -LiteralPath $Prefix }
    Set-UserPath @(Get-UserPath | Where-Object { $_ -ne $Prefix })
    Write-Host "$Program is removed; settings and logins stay in $env:APPDATA\lecoder-cgpu"
}

function Get-Base {
    $base = "$Repository/releases"
    if ($env:LECODER_RELEASES_URL) { $base = $env:LECODER_RELEASES_URL.TrimEnd('/') }
    if ($base -notmatch '^(https://|http://(127\.0\.0\.1|localhost)[:/])') {
        Stop-With "LECODER_RELEASES_URL must be an https address, not $base" ''
    }
    return $base
}

function Save-File([string]$Address, [string]$Path) {
    Invoke-WebRequest -UseBasicParsing -Uri $Address -OutFile $Path
}

function Install-Program([string]$Folder) {
    if (-not [Environment]::Is64BitOperatingSystem) {
        Stop-With 'there is no program for 32 bits' 'npm install -g lecoder-cgpu works wherever Node 20 does'
    }
    $base = Get-Base
    $wanted = $Version -replace '^v', ''
    if ($wanted -notmatch '^[0-9A-Za-z.-]*$') { Stop-With "$wanted is not a version" '' }
    $place = "$base/latest/download"
    if ($wanted) { $place = "$base/download/v$wanted" }

    $sums = Join-Path $Folder 'SHA256SUMS'
    Save-File "$place/SHA256SUMS" $sums
    # ARM runs programs for x64 too.
    $pattern = '^([0-9a-f]{64}) [ *](lecoder-cgpu-([0-9A-Za-z.-]+)-win-x64\.zip)$'
    $line = @(Get-Content -LiteralPath $sums | Where-Object { $_ -match $pattern })[0]
    if (-not ($line -match $pattern)) { Stop-With 'the release has no program for Windows' '' }
    $sum = $Matches[1]
    $archive = $Matches[2]
    $found = $Matches[3]
    Write-Host "Downloading lecoder-cgpu $found ..."
    $zip = Join-Path $Folder $archive
    Save-File "$base/download/v$found/$archive" $zip
    if ((Get-FileHash -Algorithm SHA256 -LiteralPath $zip).Hash.ToLowerInvariant() -ne $sum) {
        Stop-With "$archive is not what SHA256SUMS says; nothing was installed" 'try again; if it stays so, do not trust that server'
    }
    Expand-Archive -LiteralPath $zip -DestinationPath (Join-Path $Folder 'unpacked')
    $next = Join-Path (Join-Path $Folder 'unpacked') 'lecoder-cgpu.exe'
    $said = & $next --version
    if ($said -ne $found) { Stop-With 'the program does not run on this machine; nothing was installed' '' }

    New-Item -ItemType Directory -Force -Path $Prefix | Out-Null
    if (Test-Path -LiteralPath $Program) {
        # One that runs can be renamed, not replaced.
        if (Test-Path -LiteralPath "$Program.old") { Remove-Item -LiteralPath "$Program.old" -Force }
        Move-Item -LiteralPath $Program -Destination "$Program.old"
    }
    Move-Item -LiteralPath $next -Destination $Program
    # Without a byte order mark, which Windows PowerShell would write otherwise.
    [IO.File]::WriteAllText($Mark, "{""by"":""script""}`n")
    $folders = @(Get-UserPath)
    if ($folders -notcontains $Prefix) { Set-UserPath ($folders + $Prefix) }
    if (@($env:Path.Split(';')) -notcontains $Prefix) { $env:Path = "$env:Path;$Prefix" }
    Write-Host "lecoder-cgpu $found is in $Program"
    Write-Host 'lecoder-cgpu upgrade brings newer versions; this script removes it with -Uninstall'
}

if ($Help) {
    Show-Help
    return
}
if (-not $Prefix) { $Prefix = Join-Path (Join-Path $env:LOCALAPPDATA 'Programs') 'lecoder-cgpu' }
$Prefix = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Prefix)
$Program = Join-Path $Prefix 'lecoder-cgpu.exe'
$Mark = Join-Path $Prefix 'lecoder-cgpu.install.json'
if ($Uninstall) {
    Remove-Program
    return
}
[Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
$temporary = Join-Path ([IO.Path]::GetTempPath()) ('lecoder-cgpu-' + [guid]::NewGuid())
New-Item -ItemType Directory -Path $temporary | Out-Null
try {
    Install-Program $temporary
} finally {
    Remove-Item -LiteralPath $temporary -Recurse -Force
}
