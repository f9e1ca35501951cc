<?php

declare(strict_types=1);

namespace Lockstep\Tests\Site;

/** The sample shop: a small but real Composer project that boots as Magento does. */
final class Shop
{
    public function __construct(
        public readonly string $root,
        private readonly Kind $kind,
        private readonly Composer $composer,
        private readonly Repository $repository,
        private readonly string $wrapper,
        private readonly bool $linkWrapper = true,
    ) {
    }

    public function tool(): string
    {
        return sprintf('%s/%s/%s', $this->root, $this->kind->vendor(), Tool::NAME);
    }

    public function make(): void
    {
        Files::copy(__DIR__ . '/../root', $this->root);
        foreach (['var', 'generated', 'pub/media', 'pub/static'] as $directory) {
            Files::directory("$this->root/$directory");
        }
        Files::put("$this->root/auth.json", Files::json(['http-basic' => ['repo.example.invalid' => ['username' => 'fixture', 'password' => 'fixture-repo-secret']]]), 0600);
        foreach ($this->kind->files() as $path => $contents) {
            Files::put("$this->root/$path", $contents);
        }
        Files::put("$this->root/composer.json", Files::json($this->kind->composerJson($this->composerJson())));
        $this->kind->prepare($this);
        $this->composer->run($this->root, ['update', ...$this->kind->installOptions()]);
        $this->kind->customize($this);
    }

    /** @return array<string, mixed> */
    private function composerJson(): array
    {
        return [
            'name' => 'magento/project-community-edition',
            'description' => 'A sample shop of Lockstep: real Composer, real symfony/console, the rest are stand-ins',
            'type' => 'project',
            'version' => '2.4.6',
            'license' => ['MIT'],
            'repositories' => [
                'shop' => ['type' => 'composer', 'url' => $this->repository->url()],
                'lockstep' => ['type' => 'path', 'url' => $this->wrapper, 'options' => ['symlink' => $this->linkWrapper]],
                'packagist.org' => false,
            ],
            'require' => [
                'magento/product-community-edition' => '2.4.6',
                Tool::NAME => $this->kind->toolVersion(),
                'lockstep/module-migration-tool' => '@dev',
            ],
            'require-dev' => ['lockstep-fixture/dev-tool' => '^1.2'],
            'autoload' => [
                'psr-4' => ['Acme\\Loyalty\\' => 'app/code/Acme/Loyalty/'],
                'files' => ['app/code/Acme/Loyalty/registration.php'],
            ],
            'minimum-stability' => 'stable',
            'prefer-stable' => true,
            'config' => ['lock' => true, 'sort-packages' => true, 'allow-plugins' => new \stdClass()],
            'extra' => ['magento-force' => 'override'],
        ];
    }
}
