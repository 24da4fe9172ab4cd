import { execSync } from 'child_process';

function runOnColab(code, options = {}) {
    const { timeout = 300000, kernel = true } = options;
    
    const args = ['lecoder-cgpu', 'run', '--json'];
    if (kernel) args.push('--kernel');
    args.push(code);
    
    try {
        const output = execSync(args.join(' '), {
            timeout,
            encoding: 'utf8'
        });
        return JSON.parse(output);
    } catch (error) {
        return {
            success: false,
            error: { message: error.message }
        };
    }
}

// Example
const result = runOnColab('1 + 1');
console.log(result.result); // "2"
