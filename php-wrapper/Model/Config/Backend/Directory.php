<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model\Config\Backend;

use Magento\Framework\App\Cache\TypeListInterface;
use Magento\Framework\App\Config\ScopeConfigInterface;
use Magento\Framework\App\Filesystem\DirectoryList;
use Magento\Framework\Data\Collection\AbstractDb;
use Magento\Framework\Exception\LocalizedException;
use Magento\Framework\Model\Context;
use Magento\Framework\Model\ResourceModel\AbstractResource;
use Magento\Framework\Registry;

/** A directory for backups: absolute, there, and nowhere that a web server could give it away. */
class Directory extends Text
{
    /** @param array<string, mixed> $data */
    public function __construct(
        Context $context,
        Registry $registry,
        ScopeConfigInterface $config,
        TypeListInterface $cacheTypeList,
        private readonly DirectoryList $directories,
        ?AbstractResource $resource = null,
        ?AbstractDb $resourceCollection = null,
        array $data = [],
    ) {
        parent::__construct($context, $registry, $config, $cacheTypeList, $resource, $resourceCollection, $data);
    }

    public function beforeSave()
    {
        $directory = (string) preg_replace('~(?<!^)/+$~', '', $this->text());
        if ($directory !== '') {
            $this->check($directory);
        }
        $this->setValue($directory);

        return parent::beforeSave();
    }

    private function check(string $directory): void
    {
        if ($directory[0] !== '/' || preg_match('~[\x00-\x1f\x7f]|/\.\.?(/|$)~', $directory) === 1) {
            throw new LocalizedException(__('"%1" is no absolute path without dots.', $directory));
        }
        $real = realpath($directory);
        if ($real === false || !is_dir($real)) {
            throw new LocalizedException(__('The web server sees no directory "%1": make it first, writable for the Magento file system owner alone (0700). Where only that user can see it, store it by bin/magento config:set lockstep/backup/directory.', $directory));
        }
        $public = realpath($this->directories->getPath(DirectoryList::PUB));
        if ($public !== false && str_starts_with($real . '/', $public . '/')) {
            throw new LocalizedException(__('"%1" lies below pub/, from where everybody could download it. Choose a directory outside of the web root.', $directory));
        }
        $root = realpath($this->directories->getRoot());
        if ($root !== false && str_starts_with($root . '/', rtrim($real, '/') . '/')) {
            throw new LocalizedException(__('"%1" holds the shop itself. Choose a directory of its own.', $directory));
        }
    }
}
