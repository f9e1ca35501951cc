<?php
function f($a)
{
	// what it is
	return $a["x  y"] . 'a  b';
}


