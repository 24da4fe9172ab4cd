// What Homebrew, Scoop and Chocolatey need: addresses of the archives and their sums. Nothing else changes between versions.
import { addressOf, fileName, HOMEPAGE, NAME, REPOSITORY, SUMMARY, VERSION } from './describe.mjs';

/** Text files by path. `sums` maps names of files to their SHA-256; all five archives have to be among them. */
export function manifests(sums) {
  const sum = name => {
    const found = sums.get(name);
    if (found === undefined)
      throw new Error(`SHA256SUMS has no ${name}: make the archives first, with \`npm run binaries\``);
    return found;
  };
  const archive = (target, ending = 'tar.gz') => {
    const name = fileName(target, ending);
    return { url: addressOf(name), sha256: sum(name) };
  };
  return new Map([
    [`homebrew/${NAME}.rb`, homebrew(archive)],
    [`scoop/${NAME}.json`, scoop(archive('win-x64', 'zip'))],
    [`chocolatey/${NAME}.nuspec`, nuspec()],
    ['chocolatey/tools/chocolateyinstall.ps1', chocolateyInstall(archive('win-x64', 'zip'))],
    ['chocolatey/tools/VERIFICATION.txt', verification(archive('win-x64', 'zip'))],
  ]);
}

function homebrew(archive) {
  const source = (processor, target) => {
    const { url, sha256 } = archive(target);
    return `    on_${processor} do
      url "${url}"
      sha256 "${sha256}"
    end`;
  };
  return `class LecoderCgpu < Formula
  desc "${SUMMARY.slice(0, SUMMARY.indexOf(','))}"
  homepage "${HOMEPAGE}"
  version "${VERSION}"
  license "MIT"

  on_macos do
${source('arm', 'darwin-arm64')}
${source('intel', 'darwin-x64')}
  end

  on_linux do
${source('arm', 'linux-arm64')}
${source('intel', 'linux-x64')}
  end

  def install
    bin.install "lecoder-cgpu"
    doc.install "README.md", "THIRD-PARTY-LICENSES.txt"
    generate_completions_from_executable(bin/"lecoder-cgpu", "completion", shells: [:bash, :zsh, :fish])
  end

  test do
    assert_equal version.to_s, shell_output("#{bin}/lecoder-cgpu --version").strip
    assert_match "\\"success\\":true", shell_output("#{bin}/lecoder-cgpu logs --json")
  end
end
`;
}

function scoop({ url, sha256 }) {
  const manifest = {
    version: VERSION,
    description: SUMMARY,
    homepage: HOMEPAGE,
    license: 'MIT',
    architecture: { '64bit': { url, hash: sha256 } },
    bin: `${NAME}.exe`,
    checkver: { github: REPOSITORY },
    autoupdate: {
      architecture: { '64bit': { url: `${REPOSITORY}/releases/download/v$version/${NAME}-$version-win-x64.zip` } },
      hash: { url: '$baseurl/SHA256SUMS' },
    },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

const xml = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function nuspec() {
  return `<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2015/06/nuspec.xsd">
  <metadata>
    <id>${NAME}</id>
    <version>${VERSION}</version>
    <packageSourceUrl>${REPOSITORY}</packageSourceUrl>
    <owners>lecoder-cgpu maintainers</owners>
    <title>${NAME}</title>
    <authors>lecoder-cgpu authors</authors>
    <projectUrl>${HOMEPAGE}</projectUrl>
    <licenseUrl>${REPOSITORY}/blob/main/LICENSE</licenseUrl>
    <requireLicenseAcceptance>false</requireLicenseAcceptance>
    <bugTrackerUrl>${REPOSITORY}/issues</bugTrackerUrl>
    <tags>colab gpu jupyter cli notebook</tags>
    <summary>${xml(SUMMARY)}</summary>
    <description>${xml(SUMMARY)}. One program that brings its own Node; nothing else is needed.</description>
  </metadata>
  <files>
    <file src="tools\\**" target="tools" />
  </files>
</package>
`;
}

function chocolateyInstall({ url, sha256 }) {
  return `$ErrorActionPreference = 'Stop'
$tools = Split-Path -Parent $MyInvocation.MyCommand.Definition
$package = @{
  PackageName = '${NAME}'
  UnzipLocation = $tools
  Url64bit = '${url}'
  Checksum64 = '${sha256}'
  ChecksumType64 = 'sha256'
}
Install-ChocolateyZipPackage @package
`;
}

function verification({ url, sha256 }) {
  return `The package holds no program; its script downloads
${url}
and refuses it unless its SHA-256 is
${sha256}
which is the line of that name in SHA256SUMS of the same release.
`;
}
