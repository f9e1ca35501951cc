<?php

namespace Magento\Framework\App;

/** As Magento's: every notice, warning and deprecation becomes an exception. */
class ErrorHandler
{
    public function handler($errorNo, $errorStr, $errorFile, $errorLine)
    {
        if (!(error_reporting() & $errorNo)) {
            return false;
        }
        throw new \Exception("Error {$errorNo}: {$errorStr} in {$errorFile} on line {$errorLine}");
    }
}
