<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Remote;

use Aws\Exception\AwsException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;

/** What a storage answered, or did not, in words that say what to do; never with a secret. */
final class RemoteFailure
{
    private const RIGHTS = 'The key needs s3:ListBucket and s3:ListBucketMultipartUploads on the bucket, s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload on what is below the prefix.';

    /** @param string $what that failed, as a person would say it: "list", "store PATH" */
    public static function of(\Throwable $e, StorageSettings $settings, string $what, int $exitCode = ExitCode::BACKUP): Failure
    {
        if ($e instanceof Failure) {
            return $e;
        }
        $aws = self::aws($e);
        $code = $aws === null ? '' : (string) $aws->getAwsErrorCode();
        $status = $aws === null ? 0 : (int) $aws->getStatusCode();
        $said = $status === 0 ? self::connection($e) : trim(sprintf('%s %d: %s', $code, $status, (string) $aws->getAwsErrorMessage()), ' :');
        [$error, $hint] = $status === 0 ? self::unreachable($said, $settings) : self::answered($code, $status, $settings);

        return new Failure($exitCode, $error, $settings->masked(sprintf('Cannot %s in %s: %s', $what, $settings->server(), rtrim($said, '.') . '.')), $hint, [], $e);
    }

    /** Is it the answer that there is no such object? */
    public static function isMissing(\Throwable $e): bool
    {
        return self::aws($e)?->getStatusCode() === 404;
    }

    /** Is it the answer of a storage that does not know what it was asked for? */
    public static function isUnknown(\Throwable $e): bool
    {
        return in_array(self::aws($e)?->getStatusCode(), [405, 501], true);
    }

    /** @return array{string, string} error, hint */
    private static function answered(string $code, int $status, StorageSettings $settings): array
    {
        return match (true) {
            in_array($code, ['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'InvalidToken', 'ExpiredToken', 'AuthFailure'], true) => ['remote-credentials', sprintf('Access key and secret do not fit: correct them in %s.', $settings->source)],
            $code === 'RequestTimeTooSkewed' => ['remote-clock', sprintf('The clock of this machine (now %s UTC) differs from the storage\'s: set it right (timedatectl, chrony).', gmdate('Y-m-d H:i:s'))],
            $code === 'NoSuchBucket' => ['remote-bucket', sprintf('Make the bucket "%s", private, or correct its name in %s.', $settings->bucket, $settings->source)],
            in_array($code, ['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException'], true) || $status === 301 => ['remote-region', sprintf('Is the bucket in the region "%s"? Correct it in %s.', $settings->region, $settings->source)],
            in_array($code, ['BadDigest', 'InvalidDigest', 'XAmzContentSHA256Mismatch'], true) => ['remote-corrupt', 'The bytes changed on the way: run it again.'],
            $code === 'InvalidObjectState' => ['remote-archived', 'The storage has put it into an archive class: bring it back there first, and keep copies in classes that can be read at once.'],
            $status === 403 => ['remote-access', self::RIGHTS],
            $status === 404 => ['remote-missing', 'Was it removed meanwhile? "migration:tool:backup:list --remote" shows what is there.'],
            $status === 507 || $code === 'QuotaExceeded' => ['remote-space', 'The storage is full: remove old copies with "migration:tool:backup:prune --remote".'],
            default => ['remote', 'Run it again later: what is already there is not copied again.'],
        };
    }

    /** @return array{string, string} */
    private static function unreachable(string $said, StorageSettings $settings): array
    {
        return match (true) {
            preg_match('/certificate|SSL|TLS/i', $said) === 1 => ['remote-certificate', 'The storage\'s certificate is not one that this machine trusts. Is the address right? Where it is your own authority\'s, add that to the machine\'s certificates (update-ca-certificates); nothing switches the check off.'],
            preg_match('/timed? ?out|too slow|stalled/i', $said) === 1 => ['remote-timeout', 'Is the network slow, or the storage? --timeout=SECONDS waits longer; what is already there is not copied again.'],
            default => ['remote-network', sprintf('Is the address right (%s), the network up, a proxy needed? Run it again: what is already there is not copied again.', $settings->source)],
        };
    }

    /** The innermost words: those of curl. */
    private static function connection(\Throwable $e): string
    {
        while ($e->getPrevious() !== null) {
            $e = $e->getPrevious();
        }
        $said = (string) preg_replace(['~ \(see https?://\S+\).*~s', '~ for https?://\S+~', '~\s+~'], ['', '', ' '], $e->getMessage());

        return $said === '' ? 'it did not answer' : $said;
    }

    private static function aws(\Throwable $e): ?AwsException
    {
        $found = null;
        for ($one = $e; $one !== null; $one = $one->getPrevious()) {
            if ($one instanceof AwsException && ($found === null || $one->getStatusCode() !== null)) {
                $found = $one;
            }
        }

        return $found;
    }
}
