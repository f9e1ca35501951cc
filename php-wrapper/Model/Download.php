<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model;

use Magento\Framework\App\Response\HttpInterface;
use Magento\Framework\Controller\AbstractResult;

/** A file of any size as the answer: read piece by piece, from wherever it lies. */
class Download extends AbstractResult
{
    private const PIECE = 1 << 20;

    public function __construct(
        private readonly string $path,
        private readonly string $name,
    ) {
    }

    protected function render(HttpInterface $response): static
    {
        $file = fopen($this->path, 'rb');
        $output = fopen('php://output', 'wb');
        if ($file === false || $output === false) {
            throw new \RuntimeException(sprintf('"%s" cannot be opened.', $this->path));
        }
        $headers = [
            'Content-Type' => 'application/zstd',
            'Content-Length' => (string) (fstat($file)['size'] ?? 0),
            'Content-Disposition' => sprintf('attachment; filename="%s"', $this->name),
            'Cache-Control' => 'no-store',
            'X-Content-Type-Options' => 'nosniff',
        ];
        foreach ($headers as $name => $value) {
            $response->setHeader($name, $value, true);
        }
        $response->sendHeaders();
        while (ob_get_level() > 0) {
            ob_end_clean();
        }
        while (!feof($file) && connection_aborted() === 0) {
            stream_copy_to_stream($file, $output, self::PIECE);
            flush();
        }
        fclose($file);

        return $this;
    }
}
