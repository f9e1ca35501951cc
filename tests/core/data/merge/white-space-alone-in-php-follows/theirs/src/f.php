<?php
function f($a, $b)
{
    // what it is
    return $a["x  y"] . 'a  b';
}
