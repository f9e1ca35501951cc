--TEST--
A callback may start operations of its own; it cannot suspend a fiber
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\{Process, Tree};

$root = scratch();
mkdir("$root/small");
slow_file("$root/slow");
$before = held();
$inner = 0;
$outer = static function () use ($root, &$inner): void {
    $inner = Tree::scan("$root/small")->count();
    $inner += strlen(Process::run(['/bin/echo', 'x'], [])['output']);
    thrown(fn() => Tree::scan("$root/none"));
    Tree::scan($root, [], true, function (): void { throw new DomainException('from inside'); });
};
thrown(fn() => Tree::scan($root, [], true, $outer));
echo $inner, "\n";
$fiber = new Fiber(function () use ($root): void {
    Tree::scan($root, [], true, function (): void { Fiber::suspend(); });
});
thrown(fn() => $fiber->start());
$fiber = new Fiber(function () use ($root): void {
    thrown(fn() => Tree::scan($root, [], true, function (): void { throw new DomainException('in a fiber'); }));
    Fiber::suspend();
    echo "resumed\n";
});
$fiber->start();
$fiber->resume();
$process = Process::start(['/bin/sh', '-c', 'echo a; sleep 0.2; echo b'], []);
$process->wait(function () use ($process): void { thrown(fn() => $process->wait()); });
var_dump(held() == $before);
?>
--EXPECT--
CoreException not-found
DomainException: from inside
3
FiberError: Cannot switch fibers in current execution context
DomainException: in a fiber
resumed
CoreException invalid
CoreException invalid
bool(true)
