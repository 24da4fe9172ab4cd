/** An empty answer lets PowerShell complete paths by itself; one empty text keeps it from that. */
export const POWERSHELL = `# Completion of lecoder-cgpu for PowerShell
Register-ArgumentCompleter -Native -CommandName @('lecoder-cgpu', 'lecoder-cgpu.cmd', 'lecoder-cgpu.exe') -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object {
    if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text }
  })
  $program = $before[0]
  $words = @($before | Select-Object -Skip 1)
  $current = $wordToComplete.Trim([char[]]"'""")
  $reply = @(& $program complete powershell "=$current" @words 2>$null)
  $offers = @($reply | Select-Object -Skip 1 | ForEach-Object {
    $value, $about = $_ -split [char]9, 2
    if (-not $about) { $about = $value }
    $typed = if ($value -match '[\\s''"$;&|<>(){}@,#]') { "'" + $value.Replace("'", "''") + "'" } else { $value }
    [System.Management.Automation.CompletionResult]::new($typed, $value, 'ParameterValue', $about)
  })
  $paths = switch ($reply[0]) {
    'files' { @([System.Management.Automation.CompletionCompleters]::CompleteFilename($current)) }
    'folders' { @([System.Management.Automation.CompletionCompleters]::CompleteFilename($current)).Where({ $_.ResultType -eq 'ProviderContainer' }) }
    'notebooks' { @([System.Management.Automation.CompletionCompleters]::CompleteFilename($current)).Where({ $_.ResultType -eq 'ProviderContainer' -or $_.ListItemText -like '*.ipynb' }) }
  }
  $all = @($offers) + @($paths) | Where-Object { $_ }
  if ($all) { $all } else { '' }
}
`;
